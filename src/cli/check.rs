//! `newsmill check`: the configuration goes in; every fault with its place and remedy, or what it amounts to, comes out.

use crate::cli::{Exit, Failure, Places, load};
use crate::model::lang::Lang;

/// Arguments of `newsmill check`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_args: &Args, places: &Places) -> Result<Exit, Failure> {
    let settings = load(places, None)?;
    let editions: Vec<&str> = settings.editions.iter().map(Lang::as_str).collect();
    println!("{}: {} sources, editions {}", settings.title, settings.sources.len(), editions.join(", "));
    println!("symbols: {}", settings.gazetteer.symbols().len());
    for source in &settings.sources {
        if let Err(why) = &source.address {
            println!("warning: {}: {why}", source.source.id);
        }
    }
    for warning in settings.gazetteer.warnings() {
        println!("warning: symbols.yaml: {warning}");
    }
    if settings.contact.is_none() {
        println!(
            "warning: site.yaml: no `contact`; publishers cannot reach you, and some block crawlers without one"
        );
    }
    if settings.base_url.is_none() {
        println!("warning: site.yaml: no `base_url`; feeds and sitemaps cannot name absolute addresses");
    }
    for words in settings.off() {
        println!("off: {words}");
    }
    println!("The configuration is valid.");
    Ok(Exit::Done)
}

//! `newsmill check`: the configuration goes in; every fault with its place and remedy, or what it amounts to, comes out.
//! With `--online`, the sources are asked as well: see `online`.

use crate::cli::fetch::cidr;
use crate::cli::{Exit, Failure, Places, load};
use crate::config;
use crate::model::lang::Lang;
use crate::net::Cidr;

mod online;

/// Arguments of `newsmill check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Asks every source and one of its articles, and tells what each is worth and what to do about it
    #[arg(long)]
    online: bool,
    /// Writes the new addresses of sources that moved for good into sources.yaml; nothing else in it changes
    #[arg(long, requires = "online")]
    fix: bool,
    /// A private network that may be fetched, as in 127.0.0.0/8 (repeatable)
    #[arg(long, value_name = "CIDR", value_parser = cidr, requires = "online")]
    allow_net: Vec<Cidr>,
}

/// Runs the command.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    let mut settings = load(places, None)?;
    if args.online {
        settings.network.allow_net.extend(args.allow_net.iter().copied());
        return online::online(&settings, args.fix);
    }
    // A run goes on without a file that cannot be read; whoever checks wants to know.
    let faults: Vec<String> = (settings.votes.files.iter())
        .filter_map(|file| config::votes::read(file).err())
        .map(|fault| fault.to_string())
        .collect();
    if !faults.is_empty() {
        return Err(Failure::usage(faults.join("\n")));
    }
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

//! `newsmill remove`: an article's id or address goes in; it leaves the state, and is never fetched again.

use jiff::Timestamp;

use crate::cli::{Exit, Failure, Places, load, open_state, runtime};
use crate::model::id::ArticleId;
use crate::model::url::CanonicalUrl;
use crate::store::Store;

/// Arguments of `newsmill remove`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The article: its id, as in a8b00e3dc9, or its address
    #[arg(value_name = "ID|URL")]
    article: String,
    /// The time that is noted [default: the clock's]
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

/// Runs the command.
pub fn run(args: &Args, places: &Places) -> Result<Exit, Failure> {
    let settings = load(places, None)?;
    let now = args.now.unwrap_or_else(Timestamp::now);
    runtime()?.block_on(async {
        let store = open_state(&settings).await?;
        let id = article(&store, &args.article).await?;
        if !store.remove(id.clone(), now).await.map_err(Failure::unexpected)? {
            return Err(unknown(&args.article));
        }
        println!(
            "{id} is removed and will not be fetched again. Run `newsmill build` to take it off the site."
        );
        Ok(Exit::Done)
    })
}

/// The article that a person names by its id or by any of its addresses.
pub(super) async fn article(store: &Store, named: &str) -> Result<ArticleId, Failure> {
    if let Ok(id) = ArticleId::parse(named) {
        return Ok(id);
    }
    let url = CanonicalUrl::parse(named).map_err(|error| {
        Failure::usage(format!("`{named}` is neither an id (ten hexadecimal digits) nor an address: {error}"))
    })?;
    store.article_at(url).await.map_err(Failure::unexpected)?.ok_or_else(|| unknown(named))
}

/// Nothing of that name.
pub(super) fn unknown(named: &str) -> Failure {
    Failure::usage(format!(
        "the state knows no article or event `{named}`; its id is the last part of its page's address"
    ))
}

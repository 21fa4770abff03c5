//! The addresses of a running newsroom go in, the configuration of the sample site comes out: the same YAML files that a
//! person would write.

use std::fmt::Write as _;

use crate::newsroom::house::{DESKS, Format, house};
use crate::newsroom::room::Room;
use crate::newsroom::wire::{ANALYST, TRANSLATOR};
use crate::newsroom::{ANALYST_SERVER, TRANSLATOR_SERVER};

/// When the sample site's runs take place (UTC). The newsroom publishes between them, so that events grow: the first
/// run meets a fortnight of news, each further one what has come since.
pub const BATCHES: [&str; 4] =
    ["2026-10-16T06:00:00Z", "2026-10-30T18:00:00Z", "2026-11-11T18:00:00Z", "2026-11-20T09:00:00Z"];

/// The files of the sample site's configuration: name below the configuration folder, text.
pub fn files(room: &Room) -> Vec<(&'static str, String)> {
    vec![("site.yaml", site(room)), ("sources.yaml", sources(room)), ("prose/about.md", ABOUT.to_owned())]
}

fn site(room: &Room) -> String {
    format!(
        "title: The Sample Mill\n\
         tagline: Crypto, AI and markets from a newsroom that does not exist\n\
         base_url: https://mill.example/\n\
         contact: demo@mill.example\n\
         editions: [en, zh-Hant]\n\
         sample: true\n\
         network:\n\
         \x20 allow_net: [127.0.0.0/8]\n\
         \x20 host_delay: 0s\n\
         translate:\n\
         \x20 - name: sample-gemini\n\
         \x20   protocol: gemini\n\
         \x20   base_url: {}/v1beta/\n\
         \x20   model: {TRANSLATOR}\n\
         \x20   price: {{ input: 0.1, output: 0.4 }}\n\
         analyze:\n\
         \x20 - name: sample-chat\n\
         \x20   protocol: openai\n\
         \x20   base_url: {}/v1/\n\
         \x20   model: {ANALYST}\n\
         \x20   price: {{ input: 0.3, output: 0.5 }}\n\
         budget:\n\
         \x20 per_run: {{ price: 2.0 }}\n",
        room.base(TRANSLATOR_SERVER),
        room.base(ANALYST_SERVER),
    )
}

fn sources(room: &Room) -> String {
    let mut out = String::from("defaults: { every: 1h, republish: full }\nsources:\n");
    for desk in DESKS {
        let Some((server, house)) = house(desk.house) else { continue };
        let kind = match desk.format {
            Format::Sitemap => "sitemap",
            Format::Listing => "listing",
            Format::Portal => "json",
            _ => "feed",
        };
        let _ = write!(
            out,
            "  - id: {}\n    name: {}\n    publisher: {}\n    url: {}{}\n    kind: {kind}\n    category: {}\n    \
             export_category: {}\n",
            desk.id,
            desk.name,
            house.id,
            room.base(server),
            desk.path,
            desk.category,
            desk.export,
        );
        match desk.format {
            Format::Listing => out.push_str(
                "    listing: { item: \"li.teaser\", link: \"a.headline\", title: \"a.headline\", date: time, summary: p }\n",
            ),
            Format::Portal => out.push_str("    json: { preset: cryptopanic }\n"),
            _ => {}
        }
    }
    out
}

/// The about page.
const ABOUT: &str = "\
# About this sample

Everything you read here is invented: the publications, the firms, the people, the prices and the events. \
The articles were written for this demonstration, so that it can be shown without a network, without a key, and \
without republishing anybody's work.

What is real is the mill. `newsmill demo` started a small newsroom on this computer: six publications in five \
languages, a portal where readers vote, and two scripted models that answer in the protocols of Gemini and OpenAI. \
Then it ran four batches over several weeks of news, exactly as it would on your own schedule: it fetched feeds, \
sitemaps and pages over HTTP, read the articles, translated them, had them analysed, and grouped them into events.

## What went wrong, on purpose

- One source answers only with errors. See the [status page](status.html).
- One feed is cut off in the middle and does not escape its ampersands. Its articles are here all the same.
- One article vanished before it could be read, and one stands where robots.txt asks machines not to go. \
Both show what their feeds told of them, and say so.
- One article was corrected after it had been read.
- The models are wrong now and then: a quote that nobody said, numbers that got lost, an answer that breaks off, and \
a model that does what a sentence in an article tells it. The pages show what was refused, and why.

Links to the originals lead nowhere once the newsroom has closed.
";

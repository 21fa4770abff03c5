//! newsmill crawls configured news sources, reads and translates their articles, analyses and groups them, and
//! renders a static site with feeds.
//!
//! The rooms, top floor first. Arrows only go down, and two rooms on one floor do not know each other;
//! `tests/suite/architecture.rs` holds that.
//!
//! | floor | rooms |
//! |---|---|
//! | commands | [`cli`] |
//! | the sample newsroom | [`newsroom`] |
//! | the run; a server on loopback | [`pipeline`], [`loopback`] |
//! | settings | [`config`] |
//! | what to ask a model and how to check it | [`translate`], [`analyze`], [`embed`] |
//! | the outside, by protocol; the output | [`providers`], [`publish`] |
//! | pure workers; IO without meaning | [`discover`], [`extract`], [`tag`], [`events`], [`votes`], [`site`]; [`net`], [`store`], [`objects`] |
//! | trees of HTML | [`dom`] |
//! | text of any script | [`text`] |
//! | the nouns | [`model`] |

pub mod analyze;
pub mod cli;
pub mod config;
pub mod discover;
pub mod dom;
pub mod embed;
pub mod events;
pub mod extract;
pub mod loopback;
pub mod model;
pub mod net;
pub mod newsroom;
pub mod objects;
pub mod pipeline;
pub mod providers;
pub mod publish;
pub mod site;
pub mod store;
pub mod tag;
pub mod text;
pub mod translate;
pub mod votes;

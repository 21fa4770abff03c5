//! The nouns of newsmill as plain values: no IO, no third-party policy, nothing imported from the rest of
//! the crate. Every other room takes these in and gives them out.
//!
//! | noun | file |
//! |---|---|
//! | identifiers | [`id`] |
//! | canonical address | [`url`] |
//! | language tag | [`lang`] |
//! | a date as a publisher states it | [`moment`] |
//! | ready, pending, failed … | [`status`] |
//! | what a source announces | [`entry`] |
//! | an article once read | [`article`], its text as [`block`]s |
//! | translation, tags, impact, votes | [`translation`], [`tag`], [`impact`], [`votes`] |
//! | events and similar events | [`event`] |
//! | what a text means | [`vector`] |
//! | the view a site is rendered from | [`edition`] |
//! | what one run did | [`report`] |

pub mod article;
pub mod block;
pub mod edition;
pub mod entry;
pub mod event;
pub mod id;
pub mod impact;
pub mod lang;
pub mod moment;
pub mod report;
pub mod source;
pub mod status;
pub mod tag;
pub mod translation;
pub mod url;
pub mod vector;
pub mod votes;

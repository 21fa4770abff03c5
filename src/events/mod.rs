//! Events: documents go in, in order; the events that they report, and similar past events with reasons, come out.
//! Pure and synchronous; see docs/events.md for the method and what it measures.
//!
//! [`Features::of`] reads a document; [`Grouper`] takes features and decides. A caller that remembers stores each
//! document's [`Grouper::frozen`] bytes and event, applies the
//! [`Change`](crate::model::event::Change)s, and keeps one [`Grouper::checkpoint`];
//! [`Grouper::resume`] goes on exactly where it was.

mod archive;
mod bond;
mod conflicts;
mod cover;
mod features;
mod frozen;
mod grouper;
mod groups;
mod heat;
mod hybrid;
mod keys;
mod links;
mod load;
mod overview;
mod parting;
mod postings;
mod prior;
mod rates;
mod resemble;
mod senses;
mod settings;
mod similar;
mod stem;
mod when;

pub use bond::{SENSE_SIGNS, SIGNS, SenseWeights, Sensed, Weights};
pub use conflicts::{Difference, conflicts};
pub use features::{Document, Features, MAX_TERMS, VERSION};
pub use frozen::FeaturesError;
pub use grouper::{Grouper, ResumeError};
pub use heat::heat;
pub use hybrid::{Fusion, Mode, Neighbour, Per, above, fuse};
pub use overview::Overview;
pub use parting::{Apart, PARTING_SIGNS};
pub use settings::Settings;
pub use similar::Hit;

#[cfg(test)]
mod tests;

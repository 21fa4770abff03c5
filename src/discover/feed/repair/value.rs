//! A text that was captured goes in; it is written, or kept beside the canonical document.

use url::Url;

use crate::discover::dates;
use crate::discover::feed::capture::{Capture, Field};
use crate::discover::feed::names::{Family, Note};
use crate::discover::feed::repair::Repair;
use crate::discover::markup::escape;

impl Repair<'_> {
    /// A captured text is complete: writes it, or keeps it beside the document.
    pub(super) fn captured(&mut self, capture: Capture) {
        let rank = capture.rank;
        match capture.field {
            Field::Markup(name) => self.captured_markup(name, rank, capture),
            Field::Plain(name) => {
                let permalink = capture.is_permalink;
                let text = capture.into_plain();
                if text.is_empty() {
                    return;
                }
                if name == "guid" && permalink {
                    // By the specification such a guid is a whole address; a relative one is a mere name.
                    self.entry.permalink = Some(text.clone());
                }
                self.emit(name, rank, &text, "");
            }
            Field::Date(name) => {
                let text = capture.into_plain();
                if dates::parse(&text).is_some() {
                    self.emit(name, rank, &text, "");
                }
            }
            Field::Address(name) => {
                let address = capture.into_plain();
                if !address.is_empty() {
                    let address = self.absolute(&address);
                    if !self.in_entry && self.bases.is_empty() {
                        self.channel_base = Url::parse(&address).ok().filter(Url::has_host);
                    }
                    self.emit(name, rank, &address, "");
                }
            }
            Field::Person => self.captured_person(rank, &capture.into_plain()),
            Field::Category => {
                let term = capture.into_plain();
                self.emit_category(&term);
            }
            Field::Note(note) => self.captured_note(note, capture.into_plain()),
        }
    }

    fn captured_markup(&mut self, name: &'static str, rank: u8, capture: Capture) {
        let atom = self.family() == Family::Atom;
        let Some((text, is_html)) = capture.into_markup(atom) else { return };
        if text.trim().is_empty() {
            return;
        }
        let kind = match (atom, is_html) {
            (false, _) => "",
            (true, true) => " type=\"html\"",
            (true, false) => " type=\"text\"",
        };
        self.emit(name, rank, &text, kind);
    }

    fn captured_person(&mut self, rank: u8, name: &str) {
        let better = self.seen.iter().any(|(known, best)| *known == "author" && *best < rank);
        if name.is_empty() || better || !self.in_entry {
            return;
        }
        self.seen.push(("author", rank));
        let (open, close) = match self.family() {
            Family::Rss => ("<author>", "</author>"),
            Family::Atom => ("<author><name>", "</name></author>"),
        };
        self.out.push_str(open);
        escape(name, &mut self.out);
        self.out.push_str(close);
    }

    fn captured_note(&mut self, note: Note, text: String) {
        if text.is_empty() {
            return;
        }
        match note {
            Note::Comments => self.entry.comments = Some(text),
            Note::Discussion => self.entry.discussion = Some(self.absolute(&text)),
            Note::OriginalLink => self.entry.original = Some(text),
            Note::Tags => self.entry.tags = Some(text),
            Note::MediaTitle => self.entry.media.0 = self.entry.media.0.take().or(Some(text)),
            Note::MediaDescription => self.entry.media.1 = self.entry.media.1.take().or(Some(text)),
            Note::Language if self.in_entry => self.entry.language = Some(text),
            Note::Language => self.beside.language = Some(text),
            Note::UpdatePeriod => self.beside.update_period = Some(text),
            Note::UpdateFrequency => self.beside.update_frequency = Some(text),
            Note::SkipHour if self.beside.skip_hours.len() < 24 => self.beside.skip_hours.push(text),
            Note::SkipDay if self.beside.skip_days.len() < 7 => self.beside.skip_days.push(text),
            Note::SkipHour | Note::SkipDay => {}
        }
    }
}

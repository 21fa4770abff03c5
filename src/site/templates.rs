//! Template files go in, rendered pages come out. The only file that drives Tera's engine: embedded templates, each
//! overridable by name, everything escaped by our own rule.

use include_dir::{Dir, include_dir};
use serde::Serialize;
use tera::{Context, Tera, Value};

use crate::site::SiteError;
use crate::site::escape;
use crate::site::print::Print;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The compiled templates.
pub(crate) struct Templates {
    engine: Tera,
    /// Over all names and texts.
    pub(crate) print: u64,
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Templates").field("print", &self.print).finish_non_exhaustive()
    }
}

impl Templates {
    /// The embedded templates, each overridden by one of the same name.
    pub(crate) fn load(overrides: Vec<(String, String)>) -> Result<Self, SiteError> {
        let mut all: Vec<(String, String)> = Vec::new();
        gather(&EMBEDDED, &mut all);
        for (name, text) in overrides {
            match all.iter_mut().find(|(known, _)| *known == name) {
                Some(slot) => slot.1 = text,
                None => all.push((name, text)),
            }
        }
        all.sort();
        let print = all.iter().fold(Print::new(), |print, (name, text)| print.text(name).text(text)).done();
        let mut engine = Tera::default();
        engine.set_escape_fn(escape::for_template);
        engine.add_raw_templates(all).map_err(|error| SiteError::Template(error.to_string()))?;
        Ok(Self { engine, print })
    }

    /// Renders template `name` with a view, and the interface's words as `t`.
    pub(crate) fn render(
        &self,
        name: &str,
        view: &impl Serialize,
        words: Value,
    ) -> Result<Vec<u8>, SiteError> {
        let wrong = |error: tera::Error| SiteError::Template(error.to_string());
        let mut context = Context::from_serialize(view).map_err(wrong)?;
        context.insert_value("t", words);
        self.engine.render(name, &context).map(String::into_bytes).map_err(wrong)
    }
}

fn gather(dir: &Dir<'_>, out: &mut Vec<(String, String)>) {
    for file in dir.files() {
        if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
            out.push((path.to_owned(), text.to_owned()));
        }
    }
    dir.dirs().for_each(|inner| gather(inner, out));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_template_is_named_with_its_line() {
        let error = Templates::load(vec![("article.html".into(), "one\ntwo {{ oops".into())]).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("article.html:2"), "{text}");
    }

    #[test]
    fn an_override_takes_the_place_and_changes_the_print() {
        #[derive(Serialize)]
        struct View {
            title: &'static str,
        }
        let own = Templates::load(vec![("404.html".into(), "<p>{{ title }}</p>".into())]).unwrap();
        assert_ne!(own.print, Templates::load(vec![]).unwrap().print);
        let out = own.render("404.html", &View { title: "<b>\u{202e}" }, Value::none()).unwrap();
        assert_eq!(out, b"<p>&lt;b&gt;</p>");
    }
}

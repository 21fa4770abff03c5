//! A key goes in and comes out only where a request is built: it is never printed, logged or serialised.

/// A secret text. It has neither `Display` nor `Serialize`, and its `Debug` form shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text`, without the white space around it (a line feed at the end of a file is a usual slip).
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The secret itself, for the header that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `text` with every occurrence of the secret taken out: servers like to repeat a key in their complaint about it.
    pub fn redact(&self, text: &str) -> String {
        // A very short secret would punch holes into ordinary words; it can hardly be a key.
        if self.0.len() < 4 { text.to_owned() } else { text.replace(&self.0, "[key]") }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_nothing_of_itself() {
        let secret = Secret::new(" sk-verysecret\n");
        assert_eq!(secret.expose(), "sk-verysecret");
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_eq!(secret.redact("bad key sk-verysecret!"), "bad key [key]!");
    }
}

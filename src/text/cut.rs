//! A text and a number of bytes go in, its beginning comes out, cut between words where there are any.

/// The beginning of `text`, at most `most` bytes long: whole where it fits, cut at the last space of the second half
/// otherwise, or, in scripts without spaces, at the last character that fits.
pub fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let start = &text[..text.floor_char_boundary(most)];
    match start.rfind(char::is_whitespace) {
        Some(space) if space > most / 2 => start[..space].trim_end(),
        _ => start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_fall_between_words_and_never_inside_a_character() {
        assert_eq!(cut("short", 10), "short");
        assert_eq!(cut("one two three four", 12), "one two");
        assert_eq!(cut("視覺生成迎來碾壓", 10), "視覺生");
        assert_eq!(cut("", 0), "");
    }
}

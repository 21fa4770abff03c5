//! The bytes of a robots.txt go in, whether an agent may fetch a path comes out (RFC 9309).
//!
//! 1. [`Robots::parse`] reads lines into groups; a group is one or more agents and their rules.
//! 2. [`Robots::decide`] merges the groups that name the agent, or those of `*` where none does, and takes the
//!    longest rule that matches; `allow` wins a tie.
//!
//! Like the parsers that publishers test against, it reads common misspellings of `disallow`, a space in place of
//! the colon, and compares escapes nearly as they are: `%7e` is `~` and `%3c` is `%3C`, and what a URL cannot carry
//! unescaped is escaped on both sides; but `%62` is not `b`, which RFC 9309 would have decoded and those parsers do not.

use std::fmt::Write as _;
use std::time::Duration;

/// Bytes that are read; RFC 9309 asks for at least 500 KiB.
pub const MAX_BYTES: usize = 512 << 10;

/// Sitemap lines kept.
const MAX_SITEMAPS: usize = 1000;

/// Crawl-delays above are read as this; how much of it is honoured is the caller's decision.
const LONGEST_DELAY: f64 = 86_400.0;

/// A robots.txt, read. The default allows everything.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Robots {
    groups: Vec<Group>,
    sitemaps: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Group {
    /// Product tokens in lower case; `*` for all.
    agents: Vec<String>,
    rules: Vec<Rule>,
    crawl_delay: Option<Duration>,
}

/// One `allow` or `disallow`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allow: bool,
    /// The pattern, escaped; `*` stands for any characters. It need only match the start of a path …
    pattern: String,
    /// … unless it ended in `$`.
    whole: bool,
}

/// What robots.txt says of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether the path may be fetched.
    pub allowed: bool,
    /// The rule that decided, as in `Disallow: /private/`; `None` where no rule matches.
    pub rule: Option<String>,
}

/// The keys that mean something.
enum Key {
    Agent,
    Allow,
    Disallow,
    Delay,
    Sitemap,
    Other,
}

impl Robots {
    /// Reads a file; whatever is no line of robots.txt is passed over. Of a file beyond [`MAX_BYTES`] the complete
    /// lines before are read.
    pub fn parse(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let bytes = match bytes.get(..MAX_BYTES) {
            // A rule cut in half would be another rule.
            Some(head) if bytes.len() > MAX_BYTES => {
                let end = head.iter().rposition(|b| matches!(b, b'\n' | b'\r')).unwrap_or(0);
                head.get(..end).unwrap_or_default()
            }
            _ => bytes,
        };
        let mut robots = Self::default();
        let mut naming = false; // whether the last line that counts named an agent: a further one joins the group
        for line in bytes.split(|b| matches!(b, b'\n' | b'\r')) {
            if let Some((key, value)) = split(line) {
                robots.take(&key, value, &mut naming);
            }
        }
        robots
    }

    fn take(&mut self, key: &Key, value: &[u8], naming: &mut bool) {
        match key {
            Key::Agent => {
                if !*naming {
                    self.groups.push(Group::default());
                }
                *naming = true;
                if let Some(group) = self.groups.last_mut() {
                    group.agents.push(agent_named(value));
                }
            }
            Key::Allow | Key::Disallow => {
                *naming = false;
                if let (Some(group), false) = (self.groups.last_mut(), value.is_empty()) {
                    group.rules.push(Rule::new(matches!(key, Key::Allow), value));
                }
            }
            Key::Delay => {
                *naming = false;
                if let (Some(group), Some(delay)) = (self.groups.last_mut(), delay(value)) {
                    group.crawl_delay = group.crawl_delay.max(Some(delay));
                }
            }
            // Sitemap lines belong to no group and end none.
            Key::Sitemap if self.sitemaps.len() < MAX_SITEMAPS => {
                self.sitemaps.push(String::from_utf8_lossy(value).into_owned());
            }
            // An unknown word before a path is a rule nobody can read, and closes the list of agents like any rule.
            Key::Other if value.starts_with(b"/") => *naming = false,
            Key::Sitemap | Key::Other => {}
        }
    }

    /// Whether `agent` (a product token; a version behind it is ignored) may fetch a path with its query.
    pub fn allowed(&self, agent: &str, path_and_query: &str) -> bool {
        self.decide(agent, path_and_query).allowed
    }

    /// The same with the rule that decided.
    pub fn decide(&self, agent: &str, path_and_query: &str) -> Decision {
        let path = escaped(path_and_query.as_bytes(), false);
        let best = self
            .groups_for(agent)
            .flat_map(|group| &group.rules)
            .filter(|rule| rule.matches(&path))
            .max_by_key(|rule| (rule.length(), rule.allow));
        Decision { allowed: best.is_none_or(|rule| rule.allow), rule: best.map(Rule::words) }
    }

    /// The longest Crawl-delay stated for `agent`; at most a day.
    pub fn crawl_delay(&self, agent: &str) -> Option<Duration> {
        self.groups_for(agent).filter_map(|group| group.crawl_delay).max()
    }

    /// The addresses of the Sitemap lines, as written.
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }

    /// A robots.txt of only what concerns `agent`: what is remembered between runs.
    pub fn reduced(&self, agent: &str) -> String {
        let mut out = format!("User-agent: {}\n", token(agent.as_bytes()));
        for group in self.groups_for(agent) {
            if let Some(delay) = group.crawl_delay {
                let _ = writeln!(out, "Crawl-delay: {}", delay.as_secs_f64());
            }
            for rule in &group.rules {
                let _ = writeln!(out, "{}", rule.words());
            }
        }
        for sitemap in &self.sitemaps {
            let _ = writeln!(out, "Sitemap: {sitemap}");
        }
        out
    }

    fn groups_for(&self, agent: &str) -> impl Iterator<Item = &Group> {
        // `foo-images` without a group of its own is content with the one of `foo`, before that of all.
        let mut wanted = token(agent.as_bytes());
        while !self.groups.iter().any(|group| group.names(&wanted)) && wanted != "*" {
            match wanted.rfind('-') {
                Some(hyphen) if hyphen > 0 => wanted.truncate(hyphen),
                _ => "*".clone_into(&mut wanted),
            }
        }
        self.groups.iter().filter(move |group| group.names(&wanted))
    }
}

impl Group {
    /// Whether it is for a product (`*`: for all). A star inside a name, `foo*bot`, stands for any characters.
    fn names(&self, product: &str) -> bool {
        self.agents.iter().any(|agent| match agent.as_str() {
            "*" => product == "*",
            agent => agent == product || (agent.contains('*') && glob(agent, true, product)),
        })
    }
}

impl Rule {
    fn new(allow: bool, value: &[u8]) -> Self {
        let (value, whole) = value.strip_suffix(b"$").map_or((value, false), |head| (head, true));
        let pattern = escaped(value, true);
        // A pattern that no path could begin with is meant from the root.
        let rooted = pattern.starts_with(['/', '*']) || (pattern.is_empty() && whole);
        Self { allow, pattern: if rooted { pattern } else { format!("/{pattern}") }, whole }
    }

    fn length(&self) -> usize {
        self.pattern.len() + usize::from(self.whole)
    }

    fn matches(&self, path: &str) -> bool {
        glob(&self.pattern, self.whole, path)
            // Who wrote `/a$` may have meant the character.
            || (self.whole && path.contains("%24") && glob(&format!("{}%24", self.pattern), false, path))
    }

    fn words(&self) -> String {
        let verb = if self.allow { "Allow" } else { "Disallow" };
        format!("{verb}: {}{}", self.pattern, if self.whole { "$" } else { "" })
    }
}

/// Whether a pattern with stars matches a text, or its start where not the `whole` is asked for. Linear: each piece
/// between stars is taken where it is found first.
fn glob(pattern: &str, whole: bool, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut last = None;
    for piece in pieces {
        if let Some(middle) = last.replace(piece) {
            let Some((_, behind)) = rest.split_once(middle) else { return false };
            rest = behind;
        }
    }
    match (last, whole) {
        (Some(last), true) => rest.ends_with(last),
        (Some(last), false) => rest.contains(last),
        (None, true) => rest.is_empty(),
        (None, false) => true,
    }
}

/// Whether a string can be a crawler's product token: letters, `_` and `-` (RFC 9309, 2.2.1).
pub fn is_product_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-'))
}

fn split(line: &[u8]) -> Option<(Key, &[u8])> {
    let line = line.split(|b| *b == b'#').next().unwrap_or_default().trim_ascii();
    let colon = line.iter().position(|b| *b == b':');
    let gap = || {
        // Without a colon a line counts only as two words.
        let gap = line.iter().position(u8::is_ascii_whitespace)?;
        let two = !line.get(gap..)?.trim_ascii().iter().any(u8::is_ascii_whitespace);
        two.then_some(gap)
    };
    let at = colon.or_else(gap)?;
    let key = line.get(..at)?.trim_ascii().to_ascii_lowercase();
    Some((key_named(&key), line.get(at + 1..)?.trim_ascii()))
}

fn key_named(key: &[u8]) -> Key {
    match key {
        b"user-agent" | b"useragent" | b"user agent" => Key::Agent,
        b"allow" => Key::Allow,
        b"disallow" | b"dissallow" | b"dissalow" | b"disalow" | b"diasllow" | b"disallaw" => Key::Disallow,
        b"crawl-delay" | b"crawldelay" => Key::Delay,
        b"sitemap" | b"site-map" => Key::Sitemap,
        _ => Key::Other,
    }
}

fn agent_named(value: &[u8]) -> String {
    match value {
        [b'*'] => "*".to_owned(),
        [b'*', next, ..] if next.is_ascii_whitespace() => "*".to_owned(),
        // `*bot` would name half the web's crawlers, and `bot*` is written for `bot`: only a star inside counts.
        _ => token(value).trim_matches('*').to_owned(),
    }
}

/// The token at the start: `Foo` of `Foo/2.1 (bar)`, in lower case. Letters of any script: nobody's rule is cut down to
/// another's name. Stars stay.
fn token(value: &[u8]) -> String {
    let of_token = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '-' | '*');
    String::from_utf8_lossy(value).chars().take_while(of_token).flat_map(char::to_lowercase).collect()
}

fn delay(value: &[u8]) -> Option<Duration> {
    let seconds: f64 = str::from_utf8(value).ok()?.parse().ok()?;
    if seconds.is_nan() || seconds < 0.0 {
        return None;
    }
    Some(Duration::from_secs_f64(seconds.min(LONGEST_DELAY)))
}

/// Escapes what a URL cannot carry and writes escapes in upper case. `*` and `$` mean something in a pattern; in a
/// path, and as a `$` inside a pattern, they are characters like others and are escaped.
fn escaped(bytes: &[u8], pattern: bool) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match (*byte, tail) {
            (b'%', [high, low, behind @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let code = [high.to_ascii_uppercase(), low.to_ascii_uppercase()];
                match &code {
                    b"7E" => out.push('~'),
                    b"2D" => out.push('-'),
                    b"2E" => out.push('.'),
                    b"5F" => out.push('_'),
                    [high, low] => out.extend(['%', char::from(*high), char::from(*low)]),
                }
                rest = behind;
            }
            (b'*', _) if pattern => out.push('*'),
            (
                b'*'
                | b'$'
                | b'"'
                | b'\''
                | b'<'
                | b'>'
                | b'^'
                | b'`'
                | b'{'
                | b'|'
                | b'}'
                | b'\\'
                | 0..=0x20
                | 0x7f..,
                _,
            ) => {
                let _ = write!(out, "%{byte:02X}");
            }
            _ => out.push(char::from(*byte)),
        }
    }
    out
}

#[cfg(test)]
mod tests;

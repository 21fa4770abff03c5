//! Numbers go in, small SVG drawings come out. They carry classes instead of colours, so that the style sheet's tokens
//! paint them in light and dark; what they say stands in words beside them, so they are hidden from screen readers.

use std::fmt::Write as _;

use crate::model::impact::Direction;

/// A row of bars without axes, as tall as the tallest: `values` left to right.
pub(crate) fn spark(values: &[u32]) -> String {
    let top = values.iter().copied().max().unwrap_or(0).max(1);
    let mut out = format!(
        "<svg class=\"spark\" viewBox=\"0 0 {} 20\" width=\"{}\" height=\"20\" aria-hidden=\"true\" focusable=\"false\" \
         preserveAspectRatio=\"none\">",
        values.len() * 5,
        values.len() * 5
    );
    for (at, value) in values.iter().enumerate() {
        let height = if *value == 0 { 1.0 } else { (f64::from(*value) / f64::from(top) * 19.0).max(3.0) };
        let class = if *value == 0 { "z" } else { "b" };
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{}\" y=\"{:.1}\" width=\"4\" height=\"{height:.1}\"/>",
            at * 5,
            20.0 - height
        );
    }
    out.push_str("</svg>");
    out
}

/// One day of a symbol's chart.
pub(crate) struct Day {
    pub(crate) count: u32,
    pub(crate) direction: Option<Direction>,
    /// The tooltip: day, count, direction in words.
    pub(crate) label: String,
}

/// Bars over days with a baseline, a line at the top value, and labels at both ends.
pub(crate) fn days(days: &[Day], first: &str, last: &str) -> String {
    let top = days.iter().map(|day| day.count).max().unwrap_or(0).max(1);
    let width = days.len() * 8;
    let mut out = format!(
        "<svg class=\"days\" viewBox=\"0 0 {width} 140\" aria-hidden=\"true\" focusable=\"false\">\
         <line class=\"grid\" x1=\"0\" y1=\"16\" x2=\"{width}\" y2=\"16\"/>\
         <text class=\"tick\" x=\"0\" y=\"11\">{top}</text>\
         <line class=\"axis\" x1=\"0\" y1=\"116\" x2=\"{width}\" y2=\"116\"/>"
    );
    for (at, day) in days.iter().enumerate().filter(|(_, day)| day.count > 0) {
        let height = (f64::from(day.count) / f64::from(top) * 100.0).max(3.0);
        let _ = write!(
            out,
            "<rect class=\"{}\" x=\"{}\" y=\"{:.1}\" width=\"6\" height=\"{height:.1}\"><title>",
            direction_class(day.direction),
            at * 8 + 1,
            116.0 - height
        );
        crate::site::escape::push(&mut out, &day.label);
        out.push_str("</title></rect>");
    }
    let _ = write!(out, "<text class=\"tick\" x=\"0\" y=\"134\">{first}</text>");
    let _ = write!(out, "<text class=\"tick end\" x=\"{width}\" y=\"134\">{last}</text></svg>");
    out
}

/// The class that paints a direction.
pub(crate) fn direction_class(direction: Option<Direction>) -> &'static str {
    match direction {
        Some(Direction::Positive) => "positive",
        Some(Direction::Negative) => "negative",
        Some(Direction::Mixed) => "mixed",
        Some(Direction::Neutral) => "neutral",
        None => "none",
    }
}

/// One article on a strip: where it stands in time (0 to 1), its language's number, its tooltip.
pub(crate) struct Mark {
    pub(crate) at: f64,
    pub(crate) language: usize,
    pub(crate) label: String,
}

/// Publishers as rows, time across, one mark an article. Names stand in the chart; `first` and `last` label its ends.
pub(crate) fn strip(rows: &[(String, Vec<Mark>)], first: &str, last: &str) -> String {
    const LEFT: f64 = 150.0;
    const WIDTH: f64 = 520.0;
    const LINE: usize = 26;
    let bottom = rows.len() * LINE + 8;
    let mut out = format!(
        "<svg class=\"strip\" viewBox=\"0 0 700 {}\" aria-hidden=\"true\" focusable=\"false\">",
        bottom + 26
    );
    for (at, (name, marks)) in rows.iter().enumerate() {
        let y = at * LINE + 16;
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y}\" x2=\"690\" y2=\"{y}\"/><text class=\"name\" x=\"140\" y=\"{}\">",
            y + 4
        );
        crate::site::escape::push(&mut out, &shorten(name, 20));
        out.push_str("</text>");
        for mark in marks {
            let along = if mark.at.is_finite() { mark.at.clamp(0.0, 1.0) } else { 0.0 };
            let x = LEFT + 8.0 + along * WIDTH;
            shape(&mut out, mark, x, y as f64);
        }
    }
    let y = bottom + 16;
    let _ = write!(out, "<text class=\"tick\" x=\"{LEFT}\" y=\"{y}\">{first}</text>");
    let _ = write!(out, "<text class=\"tick end\" x=\"690\" y=\"{y}\">{last}</text></svg>");
    out
}

/// The sign of a language in the legend of a strip.
pub(crate) fn legend(language: usize) -> String {
    let mut out = String::from(
        "<svg class=\"sign\" viewBox=\"0 0 14 14\" width=\"14\" height=\"14\" aria-hidden=\"true\" focusable=\"false\">",
    );
    shape(&mut out, &Mark { at: 0.0, language, label: String::new() }, 7.0, 7.0);
    out.push_str("</svg>");
    out
}

/// Languages differ by colour and by shape.
fn shape(out: &mut String, mark: &Mark, x: f64, y: f64) {
    let class = mark.language % 6;
    let _ = match mark.language % 4 {
        0 => write!(out, "<circle class=\"l{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\">"),
        1 => write!(
            out,
            "<rect class=\"l{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"9\" height=\"9\">",
            x - 4.5,
            y - 4.5
        ),
        2 => write!(out, "<path class=\"l{class}\" d=\"M{x:.1} {:.1}l5.5 10h-11z\">", y - 5.5),
        _ => write!(out, "<path class=\"l{class}\" d=\"M{x:.1} {:.1}l6 6l-6 6l-6 -6z\">", y - 6.0),
    };
    if !mark.label.is_empty() {
        out.push_str("<title>");
        crate::site::escape::push(out, &mark.label);
        out.push_str("</title>");
    }
    out.push_str(match mark.language % 4 {
        0 => "</circle>",
        1 => "</rect>",
        _ => "</path>",
    });
}

fn shorten(name: &str, most: usize) -> String {
    // A CJK character is about two Latin ones wide.
    let mut width = 0;
    for (at, c) in name.char_indices() {
        width += if crate::text::words::is_cjk(c) { 2 } else { 1 };
        if width > most {
            return format!("{}…", &name[..at]);
        }
    }
    name.to_owned()
}

/// One cell of a health strip.
pub(crate) struct Health {
    pub(crate) well: bool,
    pub(crate) label: String,
}

/// The last runs of a source, oldest first: tall for well, short and crossed for not.
pub(crate) fn health(cells: &[Health]) -> String {
    let mut out = format!(
        "<svg class=\"health\" viewBox=\"0 0 {} 20\" width=\"{}\" height=\"20\" aria-hidden=\"true\" focusable=\"false\">",
        cells.len() * 8,
        cells.len() * 8
    );
    for (at, cell) in cells.iter().enumerate() {
        let (class, y, height) = if cell.well { ("well", 2, 16) } else { ("ill", 10, 8) };
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{}\" y=\"{y}\" width=\"6\" height=\"{height}\"><title>",
            at * 8
        );
        crate::site::escape::push(&mut out, &cell.label);
        out.push_str("</title></rect>");
    }
    out.push_str("</svg>");
    out
}

/// Bars of a run's stages on one time axis: `(name, started, took)`, in milliseconds.
pub(crate) fn gantt(stages: &[(String, u64, u64)]) -> String {
    let end = stages.iter().map(|(_, start, took)| start + took).max().unwrap_or(0).max(1) as f64;
    let mut out = format!(
        "<svg class=\"gantt\" viewBox=\"0 0 700 {}\" aria-hidden=\"true\" focusable=\"false\">",
        stages.len() * 26 + 4
    );
    for (at, (name, start, took)) in stages.iter().enumerate() {
        let y = at * 26 + 4;
        let x = 110.0 + *start as f64 / end * 500.0;
        let width = (*took as f64 / end * 500.0).max(2.0);
        let _ = write!(out, "<text class=\"name\" x=\"100\" y=\"{}\">", y + 14);
        crate::site::escape::push(&mut out, name);
        let _ = write!(
            out,
            "</text><rect class=\"bar\" x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"18\"/>\
             <text class=\"tick\" x=\"{:.1}\" y=\"{}\">{}</text>",
            x + width + 6.0,
            y + 14,
            crate::site::format::duration(*took)
        );
    }
    out.push_str("</svg>");
    out
}

/// A bar of 0 to 100, for strengths and shares.
pub(crate) fn meter(value: u32, class: &str) -> String {
    format!(
        "<svg class=\"meter {class}\" viewBox=\"0 0 100 6\" width=\"100\" height=\"6\" preserveAspectRatio=\"none\" \
         aria-hidden=\"true\" focusable=\"false\"><rect class=\"track\" width=\"100\" height=\"6\"/>\
         <rect class=\"fill\" width=\"{}\" height=\"6\"/></svg>",
        value.min(100)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_hold_no_style_and_escape_their_words() {
        let mark = |at| Mark { at, language: 3, label: "<x> \"y\"".into() };
        let all = [
            spark(&[0, 1, 5]),
            days(&[Day { count: 2, direction: Some(Direction::Mixed), label: "<&>".into() }], "a", "b"),
            strip(&[("<b>".into(), vec![mark(0.0), mark(f64::NAN)])], "a", "b"),
            health(&[Health { well: false, label: "<".into() }]),
            gantt(&[("<s>".into(), 0, 0)]),
            meter(120, "positive"),
            legend(2),
        ];
        for svg in all {
            assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
            assert!(
                !svg.contains("style=")
                    && !svg.contains("<b>")
                    && !svg.contains("<x>")
                    && !svg.contains("<s>")
            );
            let mut reader = quick_xml::Reader::from_str(&svg);
            loop {
                if reader.read_event().unwrap() == quick_xml::events::Event::Eof {
                    break;
                }
            }
        }
        assert_eq!(shorten("動區動趨動區動趨動區動趨", 20), "動區動趨動區動趨動區…");
    }
}

//! Pieces of HTML, every text escaped on its way in.

use std::fmt::Write as _;

/// Rows that a table shows at most.
const MAX_ROWS: usize = 1000;

/// Text with the characters replaced that mean something to HTML.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // No document may hold the other control characters.
            '\t' | '\n' => escaped.push(letter),
            letter if letter.is_control() => escaped.push('\u{FFFD}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// How a column is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// Words.
    Words(&'static str),
    /// Figures, aligned at the right.
    Figures(&'static str),
}

impl Column {
    const fn name(self) -> &'static str {
        match self {
            Self::Words(name) | Self::Figures(name) => name,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Words(_) => "",
            Self::Figures(_) => " class=\"n\"",
        }
    }
}

/// A titled table whose rows begin with their heading.
pub(super) fn table(title: &str, columns: &[Column], rows: &[Vec<String>]) -> String {
    let mut html = format!(
        "<div class=\"scroll\" tabindex=\"0\"><table><caption>{}</caption>\n<thead><tr>",
        escape(title)
    );
    for column in columns {
        // Writing to a string cannot fail, here and below.
        let _ = write!(html, "<th scope=\"col\"{}>{}</th>", column.class(), escape(column.name()));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in rows.iter().take(MAX_ROWS) {
        html.push_str("<tr>");
        for (place, column) in columns.iter().enumerate() {
            let cell = escape(row.get(place).map_or("", String::as_str));
            let class = column.class();
            let _ = match place {
                0 => write!(html, "<th scope=\"row\"{class}>{cell}</th>"),
                _ => write!(html, "<td{class}>{cell}</td>"),
            };
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div>\n");
    html + &more(rows.len(), MAX_ROWS)
}

/// What to say of the rows beyond the most that are shown.
pub(super) fn more(len: usize, most: usize) -> String {
    match len.saturating_sub(most) {
        0 => String::new(),
        rest => note(&format!("and {rest} more")),
    }
}

/// A muted remark.
pub(super) fn note(text: &str) -> String {
    format!("<p class=\"note\">{}</p>\n", escape(text))
}

/// An entry of a legend: the class of its swatch, and its text.
pub(super) type Entry = (String, String);

/// A plot with its title, what it shows, and its legend.
pub(super) fn figure(title: &str, caption: &str, legend: &[Entry], drawings: &[String]) -> String {
    let mut html =
        format!("<figure><figcaption><h3>{}</h3><p>{}</p></figcaption>\n", escape(title), escape(caption));
    if !legend.is_empty() {
        html.push_str("<ul class=\"legend\">");
        for (swatch, text) in legend {
            let _ = write!(html, "<li><i class=\"{}\"></i>{}</li>", escape(swatch), escape(text));
        }
        html.push_str("</ul>\n");
    }
    html + &drawings.concat() + "</figure>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(escape("<script>'&\"\u{1b}"), "&lt;script&gt;&#39;&amp;&quot;\u{FFFD}");
    }

    #[test]
    fn a_table_has_headings_in_both_directions() {
        let rows = [vec!["<a>".to_owned(), "1".to_owned()], vec!["b".to_owned()]];
        let html = table("t & u", &[Column::Words("part"), Column::Figures("bad")], &rows);
        for piece in [
            "<caption>t &amp; u</caption>",
            "<th scope=\"col\">part</th><th scope=\"col\" class=\"n\">bad</th>",
            "<tr><th scope=\"row\">&lt;a&gt;</th><td class=\"n\">1</td></tr>",
            "<tr><th scope=\"row\">b</th><td class=\"n\"></td></tr>",
        ] {
            assert!(html.contains(piece), "{piece}\n{html}");
        }
    }

    #[test]
    fn a_long_table_says_what_it_leaves_out() {
        let rows = vec![vec!["a".to_owned()]; MAX_ROWS + 3];
        assert!(table("t", &[Column::Words("a")], &rows).contains("and 3 more"));
    }
}

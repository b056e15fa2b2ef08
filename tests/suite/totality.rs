//! Does every text have a tree, however deep, long or broken it is?
//!
//! Reading is linear: what is quadratic would not end here within any patience.

use rayon::prelude::*;

use crate::sources::assert_none;
use crate::spans::complaint;

const DEEP: usize = 100_000;
const LONG: usize = 50_000_000;

/// What may be nested, each with the instruction around it.
const NESTED: &[(&str, &str)] = &[
    ("RUN ", "("),
    ("RUN ", "( "),
    ("RUN ", "$("),
    ("RUN ", "$(("),
    ("RUN ", "(("),
    ("RUN ", "`"),
    ("RUN ", "\\`"),
    ("RUN ", "${"),
    ("RUN ", "${a:-"),
    ("RUN ", "\"$("),
    ("RUN ", "\"${a:-"),
    ("RUN ", "\""),
    ("RUN ", "{ "),
    ("RUN ", "if "),
    ("RUN ", "if a; then "),
    ("RUN ", "while "),
    ("RUN ", "for a in b; do "),
    ("RUN ", "case a in b) "),
    ("RUN ", "f() "),
    ("RUN ", "! "),
    ("RUN ", "a | "),
    ("RUN ", "a && "),
    ("RUN ", "a=("),
    ("RUN a=(", "> "),
    ("RUN ", "<("),
    ("RUN ", "[[ "),
    ("RUN ", "\"`"),
    ("RUN ", "$(`"),
    ("RUN ", "<<E "),
    ("RUN <<E\n", "$("),
    ("RUN <<E\n", "cat <<F\n"),
    ("RUN <<E\n", "( \n"),
    ("RUN [", "["),
    ("CMD [", "\"a\", "),
    ("", "ONBUILD "),
    ("", "HEALTHCHECK CMD "),
    ("FROM ", "${a:-"),
    ("ENV a=", "\"${"),
];

/// The signs of the shell, a word, and the begin of an array.
const SIGNS: &[&str] = &[
    "(", ")", "<", ">", "a=(", " ", ";", "&", "|", "$", "`", "\"", "'", "{", "}", "#", "x", "\\\n",
];

/// All that can be made of four signs, so that no two of them meet unread.
#[test]
fn every_short_text_of_signs_has_a_tree() {
    let count = SIGNS.len();
    assert_none((0..count.pow(4)).into_par_iter().filter_map(|number| {
        let sign = |place: u32| SIGNS[number / count.pow(place) % count];
        let signs: String = (0..4).map(sign).collect();
        complaint(&format!("RUN {signs}\n"))
            .or_else(|| complaint(&format!("RUN <<E\n{signs}\nE\n")))
    }));
}

#[test]
fn deeply_nested_texts_have_trees() {
    assert_none(NESTED.par_iter().filter_map(|(start, nested)| {
        let text = format!("{start}{}", nested.repeat(DEEP));
        let closed = format!("{text} a{}\n", " ) } fi done ` \" ".repeat(10));
        complaint(&text).or_else(|| complaint(&closed))
    }));
}

/// What a line may be made of, each with what stands in front.
const REPEATED: &[(&str, &str)] = &[
    ("", "a"),
    ("RUN ", "a"),
    ("RUN ", "a="),
    ("RUN ", "a=b "),
    ("RUN ", "1"),
    ("RUN ", "1 "),
    ("RUN ", "$(("),
    ("RUN ", "<<"),
    ("RUN ", "<<a "),
    ("RUN ", " "),
    ("RUN ", "a\\"),
    ("RUN ", "''"),
    ("RUN ", "\"a\""),
    ("RUN ", "`a`"),
    ("RUN ", "$a"),
    ("RUN ", "a;"),
    ("RUN ", "é"),
    ("RUN ", "\\\n"),
    ("RUN a ", "\\\n# c\n"),
    ("RUN a \\\n", "# c\n"),
    ("RUN a \\\n", "\n"),
    ("RUN ", "\"a\" \\\n"),
    ("RUN ", "`\\\n`"),
    ("RUN cat ", "<<E \\\n"),
    ("RUN <<E\n", "cat <<F\nF\n"),
    ("RUN <<E\n", "a \\\n"),
    ("RUN [", "\"a\","),
    ("RUN --mount=", "a"),
    ("RUN ", "--a "),
    ("FROM ", "a"),
    ("FROM ", "$a"),
    ("FROM ", "${a}"),
    ("FROM ", "a/"),
    ("FROM ", "a:"),
    ("FROM ", "\\\n"),
    ("ENV ", "a=b "),
    ("ENV ", "\"a\"=b \\\n"),
    ("ENV ", "\"a\"=b"),
    ("LABEL a=", "\\ "),
    ("COPY ", "a "),
    ("", "#"),
    ("", "# c\n"),
    ("", "\n"),
    ("", " "),
    ("", "\r"),
    ("", "RUN a\n"),
    ("", "FROM a AS b\n"),
    ("", "RUN <<E\nE\n"),
    ("", "RUN cat <<E\n"),
    ("", "\\\n"),
];

#[test]
fn long_texts_have_trees() {
    // One after the other: a few trees of this size at a time are enough for a small machine.
    let complaints = REPEATED.iter().filter_map(|(start, repeated)| {
        let text = format!("{start}{}", repeated.repeat(LONG / 10 / repeated.len()));
        complaint(&text)
    });
    assert_eq!(complaints.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn a_line_of_fifty_megabytes_has_a_tree() {
    for line in ["a", "RUN a", "RUN  "] {
        let last = line.chars().next_back().unwrap_or(' ').to_string();
        assert_eq!(complaint(&format!("{line}{}", last.repeat(LONG))), None);
    }
}

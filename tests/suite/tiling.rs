//! Does every byte of every text stand in exactly one leaf and one item?

use proptest::prelude::*;
use rayon::prelude::*;

use crate::sources::{self, assert_each, assert_none};
use crate::spans::complaint;

#[test]
fn sources_are_tiled() {
    assert_each(|source| complaint(&source.text));
}

#[test]
fn prefixes_of_sources_are_tiled() {
    assert_none(samples().filter_map(|text| {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let ends = ends.take(200);
        ends.flat_map(|end| [end - 1, end]).find_map(|end| complaint(&text[..end]))
    }));
}

#[test]
fn sources_with_a_line_or_a_character_missing_are_tiled() {
    assert_none(samples().filter_map(|text| {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let without_line = (0..lines.len().min(60)).map(|gone| {
            let kept = lines.iter().enumerate().filter(|(index, _)| *index != gone);
            kept.map(|(_, line)| *line).collect::<String>()
        });
        let step = text.len() / 60 + 1;
        let characters = text.char_indices().step_by(step);
        let without_character = characters
            .map(|(at, character)| [&text[..at], &text[at + character.len_utf8()..]].concat());
        without_line.chain(without_character).find_map(|text| complaint(&text))
    }));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_tiled(text in ".{0,80}") {
        prop_assert_eq!(complaint(&text), None);
    }

    #[test]
    fn any_sequence_of_signs_is_tiled(pieces in prop::collection::vec(prop::sample::select(SIGNS), 0..40)) {
        prop_assert_eq!(complaint(&pieces.concat()), None);
    }
}

/// What Dockerfiles and shells give a meaning to.
const SIGNS: &[&str] = &[
    "\u{feff}",
    "# escape=`\n",
    "# syntax=x\n",
    "FROM ",
    "RUN ",
    "ONBUILD ",
    "COPY ",
    "ENV ",
    "LABEL ",
    "HEALTHCHECK ",
    "SHELL [\"bash\"]\n",
    "CMD ",
    "AS ",
    "--mount=",
    "--",
    "a",
    "a=",
    "é",
    "1",
    " ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\\\n",
    "\\ \t\n",
    "\\\r\n",
    "`\n",
    "\\",
    "`",
    "# c\n",
    "#",
    "'",
    "\"",
    "$",
    "${",
    "}",
    "$(",
    "$((",
    "))",
    "(",
    ")",
    "{ ",
    "if ",
    "then ",
    "fi",
    "case ",
    "in ",
    "esac",
    "for ",
    "do ",
    "done",
    "while ",
    "function ",
    "!",
    "[[ ",
    " ]]",
    ";",
    ";;",
    "&",
    "&&",
    "|",
    "||",
    "<",
    ">",
    "<<",
    "<<-",
    "<<E",
    "<<'E'",
    "E\n",
    "<(",
    "&>",
    "2>",
    "[\"",
    "\"]",
    ",",
    "\u{a0}",
    "\u{2028}",
    "\0",
];

/// A few hundred sources, the same in every run.
fn samples() -> impl ParallelIterator<Item = &'static str> {
    let step = sources::all().len() / 400 + 1;
    sources::all().par_iter().step_by(step).map(|source| source.text.as_str())
}

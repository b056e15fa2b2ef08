//! Is what is taken over from a text that was read before the same as what is read anew?

use dockslim_proof::Prover;
use dockslim_syntax::{Dockerfile, Known, parse};
use rayon::prelude::*;

use crate::sources::{self, Source, assert_none};

/// What somebody who edits a file makes of it: a line more in front, which turns off what `# escape=` says there, each of some
/// lines gone, some lines moved down or said twice, and a sign less in the middle, which may open a quotation or join two lines.
fn neighbours(text: &str) -> impl Iterator<Item = String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let step = lines.len() / 2 + 1;
    let shorter: Vec<String> = (0..lines.len())
        .step_by(step)
        .map(|gone| {
            let (before, behind) = lines.split_at(gone);
            [before, &behind[1..]].concat().concat()
        })
        .collect();
    let quarter = |number: usize| lines.len() * number / 4;
    let between = |from: usize, to: usize| lines[quarter(from)..quarter(to)].concat();
    let moved = [between(0, 1), between(2, 3), between(1, 2), between(3, 4)].concat();
    let twice = [between(0, 3), between(1, 4)].concat();
    let signs: Vec<(usize, char)> = text.char_indices().collect();
    let missing = signs
        .get(signs.len() / 2)
        .map(|(at, sign)| [&text[..*at], &text[at + sign.len_utf8()..]].concat());
    [format!("# in front\n{text}"), moved, twice].into_iter().chain(missing).chain(shorter)
}

fn complaint(source: &Source) -> Option<String> {
    let old = parse(&source.text);
    let known = Known::of(&old);
    let mut prover = Prover::default();
    let built = prover.build(&old);
    neighbours(&source.text).find_map(|text| {
        let alone = parse(&text);
        let again = known.parse(&text);
        if tree(&alone) != tree(&again) {
            return Some(format!("{}: another tree of\n{text}", source.name));
        }
        let anew = format!("{:?}", prover.build(&alone));
        let like = format!("{:?}", prover.build_like(&again, &built));
        (anew != like).then(|| format!("{}: another build of\n{text}", source.name))
    })
}

fn tree(dockerfile: &Dockerfile<'_>) -> String {
    format!("{dockerfile:?}")
}

#[test]
fn what_was_read_and_built_before_is_the_same_as_anew() {
    assert_none(sources::all().par_iter().filter(|one| one.is_asked_all()).filter_map(complaint));
}

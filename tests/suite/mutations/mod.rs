//! Does the proof see a wrong rewrite?
//!
//! Each kind of wrong rewrite is made at every place of a file where it applies. The proof must call none
//! of them equal, but for those that are equal by a class, or that somebody has read and named one by one.

mod arguments;
mod caches;
mod chains;
pub(crate) mod classes;
mod instructions;
pub(crate) mod kind;
mod layout;
mod merging;
mod order;
mod page;
pub(crate) mod places;
mod read;
mod script;
mod shipped;
mod smaller;
mod story;
mod verdicts;
mod words;
mod written;
mod written_classes;

use kind::Kind;
pub(crate) use page::page;
pub(crate) use verdicts::{Row, rows};
pub(crate) use written::{cases, real_projects, written_kinds, written_rows};

use crate::sources::{self, Source, root};

/// All kinds of wrong rewrites, room by room.
pub(crate) fn kinds() -> impl Iterator<Item = &'static Kind> + Clone {
    [
        merging::MERGING,
        chains::CHAINS,
        words::WORDS,
        layout::LAYOUT,
        instructions::INSTRUCTIONS,
        order::ORDER,
        arguments::ARGUMENTS,
        caches::CACHES,
    ]
    .into_iter()
    .flatten()
}

/// Small files in which each kind applies somewhere.
pub(crate) fn specimens() -> Vec<Source> {
    sources::from_folder(root(), "tests/suite/mutations/specimens")
}

/// What is wrong in these rows, told at length for the first few.
#[track_caller]
fn assert_right(kinds: impl Iterator<Item = &'static Kind>, rows: &[Row]) {
    let wrong = kinds
        .zip(rows)
        .flat_map(|(kind, row)| row.complaints().map(|one| format!("{}: {one}", kind.name)));
    let wrong: Vec<String> = wrong.collect();
    let shown = wrong.iter().take(3000).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} wrong rewrites called equal, such as\n{shown}", wrong.len());
}

#[test]
fn each_kind_applies_to_a_specimen_and_is_not_called_equal() {
    let specimens = specimens();
    let rows = rows(&specimens.iter().collect::<Vec<_>>(), usize::MAX);
    let idle = kinds().zip(&rows).filter(|(_, row)| row.mutants() == 0);
    let idle: Vec<&str> = idle.map(|(kind, _)| kind.name).collect();
    assert_eq!(idle, [""; 0], "kinds without a specimen");
    assert_right(kinds(), &rows);
}

#[test]
fn wrong_rewrites_of_cases_and_of_real_files_are_not_called_equal() {
    let real = |source: &&Source| source.name.starts_with("dev/");
    let (corpus, ours): (Vec<_>, Vec<_>) = sources::all().iter().partition(real);
    let sample: Vec<&Source> = ours.into_iter().chain(corpus.into_iter().step_by(60)).collect();
    assert_right(kinds(), &rows(&sample, 2));
}

#[test]
fn wrong_rewrites_of_what_passes_write_are_not_called_equal() {
    let rows = written_rows(&cases(), usize::MAX);
    let idle = written_kinds().zip(&rows).filter(|(_, row)| row.mutants() == 0);
    let idle: Vec<&str> = idle.map(|(kind, _)| kind.name).collect();
    assert_eq!(idle, [""; 0], "kinds without a case");
    assert_right(written_kinds(), &rows);
    assert_right(written_kinds(), &written_rows(&real_projects(), 4));
}

#[test]
fn each_kind_has_a_name_of_its_own() {
    let mut names: Vec<&str> = kinds().chain(written_kinds()).map(|kind| kind.name).collect();
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
    assert_eq!(twice, None);
}

/// Its numbers depend on the corpus, which takes minutes; its rows must be those of today.
#[test]
fn the_page_in_the_repository_has_the_kinds_of_today() {
    let recorded = std::fs::read_to_string(root().join("PROOF.md")).unwrap();
    let [none, other] = [kinds().count(), written_kinds().count()].map(|n| vec![Row::default(); n]);
    // Its rows of classes depend on the corpus, too.
    let shape = |page: &str| {
        let digits = |c: char| c.is_ascii_digit();
        let rows = page.lines().filter(|line| {
            !line.ends_with(" |") || line.replace(r"\|", "").matches('|').count() > 4
        });
        rows.map(|line| line.replace(digits, "")).collect::<Vec<_>>()
    };
    let page = page((&none, 0), (&other, 0));
    assert_eq!(shape(&recorded), shape(&page), "write it anew: see its head");
    let wrong = recorded.lines().filter(|line| line.starts_with("| wrongly called equal"));
    assert_eq!(wrong.collect::<Vec<_>>(), ["| wrongly called equal | 0 |"; 2]);
}

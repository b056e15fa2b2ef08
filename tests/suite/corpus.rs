//! Is what the passes do to the corpus what the repository says they do?

use std::fs;

use dockslim_contract::Safety;

use crate::sources::{corpus, root};
use crate::tally::{outcomes, summary};

#[test]
fn the_summary_in_the_repository_is_current() {
    let corpus = corpus();
    if corpus.is_empty() {
        return;
    }
    let path = root().join("CORPUS.md");
    let summary = summary(&corpus, &outcomes(&corpus, Safety::Safe));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, &summary).unwrap();
    }
    let recorded = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(recorded, summary, "if this is right, run the tests with UPDATE_SNAPSHOTS=1");
}

//! What somebody may have meant by a word.

/// The one of `names` that `word` is likely to be a misspelling of: so near that a letter in four of it is wrong, and one more.
pub fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let names = names.into_iter();
    let near = names.map(|name| (strsim::damerau_levenshtein(word, name), name)).min();
    near.filter(|(distance, name)| *distance <= 1 + name.len() / 4).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_seen_and_another_word_is_none() {
        let names = ["merge-runs", "fmt", "slim-base"];
        assert_eq!(nearest("merge-rnus", names), Some("merge-runs"));
        assert_eq!(nearest("fnt", names), Some("fmt"));
        assert_eq!(nearest("cleaning", names), None);
    }
}

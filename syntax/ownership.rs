//! Whose comment is it?

use std::ops::Range;

use crate::{Dockerfile, Item};

/// The comment lines that belong to the item number `index`: the block directly above it, without a
/// blank line between. Gives their numbers among the items.
///
/// The first block of the file belongs to the file, not to an instruction, and directives never
/// belong to one.
pub fn leading_comments(dockerfile: &Dockerfile<'_>, index: usize) -> Range<usize> {
    let items = &dockerfile.items;
    let comments =
        items[..index].iter().rev().take_while(|item| matches!(item, Item::Comment { .. }));
    let first = index - comments.count();
    let head =
        items[..first].iter().all(|item| matches!(item, Item::Directive(_) | Item::Blank { .. }));
    if head { index..index } else { first..index }
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn the_block_above_without_a_blank_line() {
        let file = parse("# head\nFROM a\n# far\n\n# near\n# nearer\nRUN b\nRUN c\n");
        let owned: Vec<_> = file
            .instructions()
            .map(|(index, _)| super::leading_comments(&file, index).len())
            .collect();
        assert_eq!(owned, [0, 2, 0]);
    }
}

//! Is the tree of a script that runs over many lines the tree of the same script on one line?

use dockslim_syntax::shell::{Dialect, Script, outline};
use dockslim_syntax::{Dockerfile, Keyword, parse};

use crate::sources::assert_each;

#[test]
fn continuations_change_no_tree() {
    assert_each(|source| {
        let tree = parse(&source.text);
        let runs = tree.instructions().map(|(_, instruction)| instruction);
        let runs = runs.filter(|one| one.kind == Keyword::Run && one.heredocs.is_empty());
        runs.filter_map(|run| run.script()).find_map(|script| difference(&tree, script))
    });
}

fn difference(tree: &Dockerfile<'_>, script: &Script) -> Option<String> {
    let shell = match script.dialect {
        Dialect::Posix => "sh",
        Dialect::Bash => "bash",
        Dialect::Foreign => "powershell",
    };
    let escape = if tree.escape == '`' { "# escape=`\n" } else { "" };
    let joined = tree.text(script.span);
    // The no-break space is a blank to the builder, which trims it, and keeps a backslash at the end
    // of the script from continuing the line.
    let text = format!("{escape}SHELL [\"{shell}\"]\nRUN {joined}\u{a0}");
    let again = parse(&text);
    let (_, run) = again.instructions().next_back()?;
    let here = outline(tree, script);
    let there = run.script().map(|script| outline(&again, script));
    (there.as_ref() != Some(&here)).then(|| format!("{joined:?}\n  {here}\n  {there:?}"))
}

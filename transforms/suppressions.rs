//! What the comments of a file ask to leave alone.
//!
//! `# dockslim: keep merge-runs` speaks of the next instruction, or of the one that it stands in; `keep-file` of the whole file;
//! `keep-start` of all up to `keep-end`. Without names of passes all are meant. A reason may follow behind a colon:
//! `# dockslim: keep strip-binaries: the profiler reads the symbols`. What people wrote for other tools counts where
//! `knowledge/suppressions.toml` says so.

use dockslim_contract::{Rewrite, nearest};
use dockslim_syntax::{Dockerfile, Item, Leaf, LeafKind, Span};

use crate::NAMES;
use crate::knowledge::foreign;

/// The formatter, which comments name and reports count as if it were a pass.
pub const FORMATTER: &str = "fmt";

/// What the comments of a file ask to leave alone.
#[derive(Clone, Debug, Default)]
pub struct Suppressions {
    list: Vec<Suppression>,
}

/// What one comment asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The comment, from its `#`: bytes of the text that was parsed.
    pub comment: Span,
    /// What it speaks of: whole lines, as bytes of the same text.
    pub reach: Span,
    /// The passes that it holds off.
    pub passes: Vec<String>,
    /// Whether it names none, and so holds off all of them.
    pub all: bool,
    /// Whether it is written in dockslim's own words.
    pub own: bool,
    /// Why, as its author says; may be empty.
    pub reason: String,
    /// What is wrong with it, if anything.
    pub problem: Option<String>,
}

impl Suppressions {
    /// Reads the comments of a file.
    pub fn of(dockerfile: &Dockerfile<'_>) -> Self {
        let is_comment =
            |leaf: &&Leaf| matches!(leaf.kind, LeafKind::Comment | LeafKind::Directive);
        let mut reader = Reader { dockerfile, list: Vec::new(), open: Vec::new() };
        for leaf in dockerfile.leaves.iter().filter(is_comment) {
            reader.read(leaf);
        }
        let end = dockerfile.source.len();
        for at in reader.open {
            let start = &mut reader.list[at];
            start.reach.end = end;
            start.problem =
                Some("nothing ends what it starts; write `# dockslim: keep-end`".into());
        }
        Self { list: reader.list }
    }

    /// Each of them, in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, Suppression> {
        self.list.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The first that keeps the lines at `span` from a pass, or from the formatter, `fmt`.
    pub fn keeps(&self, pass: &str, span: Span) -> Option<&Suppression> {
        self.list.iter().find(|one| one.names(pass) && one.reaches(span))
    }

    /// The first that forbids a rewrite of a pass. `source` is the text that was parsed.
    pub fn forbids(&self, pass: &str, rewrite: &Rewrite, source: &str) -> Option<&Suppression> {
        self.list.iter().find(|one| one.names(pass) && one.concerns(rewrite, source))
    }
}

impl<'s> IntoIterator for &'s Suppressions {
    type Item = &'s Suppression;
    type IntoIter = std::slice::Iter<'s, Suppression>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Suppression {
    /// Whether it holds off this pass.
    pub fn names(&self, pass: &str) -> bool {
        self.all || self.passes.iter().any(|name| name == pass)
    }

    /// Whether it speaks of the lines at `span`.
    pub fn reaches(&self, span: Span) -> bool {
        meets(self.reach, span)
    }

    /// What it asks, where it stands, and why.
    pub fn says(&self, dockerfile: &Dockerfile<'_>) -> String {
        let line = dockerfile.line(self.comment.start);
        let colon = if self.reason.is_empty() { "" } else { ": " };
        format!("the comment in line {line} asks to leave it as it is{colon}{}", self.reason)
    }

    /// Whether it names the formatter, and not just everything.
    pub fn names_formatter(&self) -> bool {
        self.passes.iter().any(|name| name == FORMATTER)
    }

    /// Whether it speaks of what a rewrite is about, or of what it would change.
    pub fn concerns(&self, rewrite: &Rewrite, source: &str) -> bool {
        let last_line_is_open = !source[..self.reach.end].ends_with('\n');
        let changes = |span: Span| {
            // What is written behind a last line without a newline becomes part of it.
            let appends = span.start == self.reach.end && last_line_is_open;
            meets(self.reach, span) || (span.is_empty() && appends)
        };
        meets(self.reach, rewrite.at) || rewrite.edits.iter().any(|edit| changes(edit.span))
    }
}

/// Whether a change of `span` is one within `reach`; an insertion at its border is not.
fn meets(reach: Span, span: Span) -> bool {
    !reach.is_empty() && span.start < reach.end && reach.start < span.end
        || (span.is_empty() && reach.start < span.start && span.start < reach.end)
}

struct Reader<'d, 't> {
    dockerfile: &'d Dockerfile<'t>,
    list: Vec<Suppression>,
    /// The regions that nothing has ended yet.
    open: Vec<usize>,
}

impl Reader<'_, '_> {
    fn read(&mut self, leaf: &Leaf) {
        let text = self.dockerfile.raw(leaf.span);
        if let Some(found) = foreign(text, leaf.kind == LeafKind::Directive) {
            if !found.passes.is_empty() {
                let reach = if found.file { Some(self.all()) } else { self.below(leaf.span) };
                let passes = found.passes.iter().map(|pass| (*pass).to_owned()).collect();
                self.note(leaf.span, reach, passes, false, "");
            }
            return;
        }
        let Some(order) = own(text) else { return };
        let (words, reason) = order.split_once(':').unwrap_or((order, ""));
        let mut words = words.split([' ', '\t', ',']).filter(|word| !word.is_empty());
        let verb = words.next().unwrap_or_default();
        let passes: Vec<String> = words.map(str::to_owned).collect();
        let reach = match verb {
            "keep" => self.here(leaf.span),
            "keep-file" => Some(self.all()),
            "keep-start" => {
                self.open.push(self.list.len());
                Some(leaf.span)
            }
            "keep-end" => {
                match self.open.pop() {
                    Some(at) => self.list[at].reach.end = leaf.span.start,
                    None => {
                        self.complain(leaf.span, "nothing is kept here that it could end".into())
                    }
                }
                return;
            }
            _ => {
                const ORDERS: [&str; 4] = ["keep", "keep-file", "keep-start", "keep-end"];
                let problem = match nearest(verb, ORDERS) {
                    Some(meant) => format!("`{verb}` is no order; did you mean `{meant}`?"),
                    None => format!("`{verb}` is no order; dockslim knows {}", ORDERS.join(", ")),
                };
                self.complain(leaf.span, problem);
                return;
            }
        };
        self.note(leaf.span, reach, passes, true, reason.trim());
    }

    fn note(
        &mut self,
        comment: Span,
        reach: Option<Span>,
        mut passes: Vec<String>,
        own: bool,
        reason: &str,
    ) {
        let known = |name: &str| name == FORMATTER || NAMES.contains(&name);
        let unknown = passes.iter().find(|name| !known(name));
        let mut problem = unknown.map(|name| {
            let names = NAMES.into_iter().chain([FORMATTER]);
            match nearest(name, names) {
                Some(meant) => format!("`{name}` is no pass; did you mean `{meant}`?"),
                None => format!("`{name}` is no pass; `dockslim passes` lists them"),
            }
        });
        if reach.is_none() {
            problem = Some("no instruction follows that it could keep".into());
        }
        let all = passes.is_empty();
        passes.retain(|name| known(name));
        let reach = reach.unwrap_or(Span::empty(comment.end));
        let reason = reason.to_owned();
        self.list.push(Suppression { comment, reach, passes, all, own, reason, problem });
    }

    fn complain(&mut self, comment: Span, problem: String) {
        let reach = Span::empty(comment.end);
        let (passes, reason, problem) = (Vec::new(), String::new(), Some(problem));
        let (all, own) = (false, true);
        self.list.push(Suppression { comment, reach, passes, all, own, reason, problem });
    }

    fn all(&self) -> Span {
        Span::new(0, self.dockerfile.source.len())
    }

    /// The instruction that the comment stands in, else the next one.
    fn here(&self, comment: Span) -> Option<Span> {
        let at = self.item(comment);
        match &self.dockerfile.items[at] {
            Item::Instruction(instruction) => Some(instruction.lines),
            _ => self.below(comment),
        }
    }

    /// The next instruction.
    fn below(&self, comment: Span) -> Option<Span> {
        let below = self.dockerfile.items.get(self.item(comment) + 1..)?;
        below.iter().find_map(|item| match item {
            Item::Instruction(instruction) => Some(instruction.lines),
            _ => None,
        })
    }

    /// The number of the item that holds the comment.
    fn item(&self, comment: Span) -> usize {
        let items = &self.dockerfile.items;
        items
            .partition_point(|item| item.lines().end <= comment.start)
            .min(items.len().saturating_sub(1))
    }
}

/// What stands behind `dockslim:` in a comment.
fn own(comment: &str) -> Option<&str> {
    let text = comment.trim_start_matches('#').trim();
    text.strip_prefix("dockslim")?.trim_start().strip_prefix(':').map(str::trim)
}

#[cfg(test)]
mod tests {
    use dockslim_syntax::parse;

    use super::*;

    fn kept(text: &str) -> Vec<(String, String)> {
        let tree = parse(text);
        let found = Suppressions::of(&tree);
        let kept = found.iter().filter(|one| !one.reach.is_empty());
        kept.map(|one| (one.passes.join(" "), one.reach.of(text).to_owned())).collect()
    }

    #[test]
    fn a_comment_speaks_of_the_next_instruction_or_of_its_own() {
        for text in [
            "FROM a\n# dockslim: keep merge-runs\nRUN b\nRUN c\n",
            "FROM a\n#dockslim:keep merge-runs : it is slow\n\n# b\nRUN b\nRUN c\n",
        ] {
            assert_eq!(kept(text), [("merge-runs".to_owned(), "RUN b\n".to_owned())], "{text}");
        }
        let text = "FROM a\nRUN b \\\n    # dockslim: keep\n    && c\nRUN d\n";
        assert_eq!(kept(text), [(String::new(), text[7..text.len() - 6].to_owned())]);
    }

    #[test]
    fn files_and_regions() {
        let text = "FROM a\n# dockslim: keep-file fmt, merge-runs\n";
        assert_eq!(kept(text), [("fmt merge-runs".to_owned(), text.to_owned())]);
        let text = "# dockslim: keep-start fmt\nFROM a\n# dockslim: keep-end\nRUN b\n";
        assert_eq!(kept(text), [("fmt".to_owned(), text[..34].to_owned())]);
    }

    #[test]
    fn what_is_wrong_is_said_and_keeps_nothing() {
        for (text, problem) in [
            (
                "FROM a\n# dockslim: keep merge-run\nRUN b\n",
                "`merge-run` is no pass; did you mean `merge-runs`?",
            ),
            ("FROM a\n# dockslim: keep all\nRUN b\n", "`all` is no pass; `dockslim passes` lists"),
            ("FROM a\n# dockslim: kep\nRUN b\n", "`kep` is no order; did you mean `keep`?"),
            ("FROM a\n# dockslim: keep\n", "no instruction follows"),
            ("FROM a\n# dockslim: keep-end\nRUN b\n", "nothing is kept here"),
            ("FROM a\n# dockslim: skip\nRUN b\n", "`skip` is no order"),
        ] {
            let tree = parse(text);
            let found = Suppressions::of(&tree);
            let said = found.list[0].problem.clone().unwrap();
            assert!(said.starts_with(problem), "{said}");
            assert_eq!(found.keeps("merge-runs", Span::new(0, text.len())), None, "{text}");
        }
        let text = "FROM a\n# dockslim: keep-start\nRUN b\n";
        let tree = parse(text);
        let found = Suppressions::of(&tree);
        assert!(found.list[0].problem.is_some());
        assert!(found.keeps("merge-runs", Span::new(30, 36)).is_some(), "it keeps all the same");
    }

    #[test]
    fn an_insertion_at_the_border_is_outside() {
        let reach = Span::new(10, 20);
        for (start, end, inside) in [
            (10, 10, false),
            (20, 20, false),
            (11, 11, true),
            (5, 10, false),
            (5, 11, true),
            (20, 21, false),
        ] {
            assert_eq!(meets(reach, Span::new(start, end)), inside, "{start}..{end}");
        }
    }
}

//! What programs of Rust know of the folder that their build scripts write to (The Cargo Book, "Build Scripts", "Environment Variables").

use super::bases::official;
use super::runtime::Runtime;
use crate::program::{Action, visit};
use crate::shell::Command;

impl Runtime<'_, '_> {
    /// Whether no source of Rust opens what a build script has written when the program runs: it may take it in when it is compiled.
    pub(super) fn leaves_no_output(&self) -> Result<(), String> {
        let mut rust = official(&self.old.image).starts_with("rust");
        visit(&self.old.steps, &mut |step| {
            if let Action::Call(call) = &step.action {
                rust |= Command::of(&call.words).is("cargo");
            }
        });
        let files = self.context.into_iter().flat_map(|context| context.entries());
        let mut sources = files.filter(|(path, _)| rust && path.ends_with(".rs"));
        let opens = sources.find(|(path, _)| {
            let text = self.context.and_then(|context| context.text(path)).unwrap_or_default();
            let script = path.rsplit('/').next() == Some("build.rs");
            if script {
                hands_folder_on(text) || self.shares_file(path, text)
            } else {
                names_folder(text)
            }
        });
        match opens {
            Some((path, _)) => Err(format!("{path} may open what its build script writes")),
            None => Ok(()),
        }
    }
}

impl Runtime<'_, '_> {
    /// Whether a script that is told of no folder for its files makes one whose name stands in a source, too.
    fn shares_file(&self, script: &str, text: &str) -> bool {
        let makes = text.contains("write(") || text.contains("create(") || text.contains("copy(");
        if !makes || text.contains("OUT_DIR") {
            return false;
        }
        let files = self.context.into_iter().flat_map(|context| context.entries());
        let mut sources = files.filter(|(path, _)| path.ends_with(".rs") && *path != script);
        let quoted = |text: &str| -> Vec<String> {
            let pieces = text.split('"').enumerate();
            let inside =
                pieces.filter(|(number, piece)| number % 2 == 1 && piece.contains(['.', '/']));
            inside.map(|(_, piece)| piece.to_owned()).collect()
        };
        let own = quoted(text);
        sources.any(|(path, _)| {
            let other = self.context.and_then(|context| context.text(path)).unwrap_or_default();
            quoted(other).iter().any(|name| own.contains(name))
        })
    }
}

/// Whether a script sets a variable for the compiler whose value may be a path.
fn hands_folder_on(text: &str) -> bool {
    text.lines().filter(|line| line.contains("rustc-env")).any(|line| {
        let line = line.to_lowercase();
        line.contains("out")
            || line.contains("dir")
            || line.contains("path")
            || line.contains("dest")
    })
}

/// Whether a source has the name of the folder in its program: all macros that take a file in stand in front of it in its statement.
fn names_folder(text: &str) -> bool {
    let dense: String = text.split_whitespace().collect();
    let mut places = dense.match_indices("env!(\"OUT_DIR\"").map(|(at, _)| &dense[..at]);
    places.any(|front| {
        let start = front.rfind([';', '{', '}']).map_or(0, |at| at + 1);
        !["include!", "include_str!", "include_bytes!"].iter().any(|it| front[start..].contains(it))
    })
}

#[cfg(test)]
mod tests {
    use super::names_folder;

    #[test]
    fn what_is_taken_in_is_no_name() {
        assert!(!names_folder("include!(concat!(env!(\"OUT_DIR\"), \"/gen.rs\"));"));
        assert!(!names_folder("const A: &str = include_str!(concat!(env!(\"OUT_DIR\"), \"/a\"));"));
        assert!(names_folder("println!(\"{}\", read(concat!(env!(\"OUT_DIR\"), \"/gen.txt\")));"));
        assert!(names_folder("static OUT: Option<&str> = option_env!(\"OUT_DIR\");"));
    }
}

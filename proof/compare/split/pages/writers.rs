//! Programs that write pages, and where they put them.
//!
//! Sources: the pages of the command line of mkdocs, sphinx-build, pelican, hugo, jekyll, zola, mdbook, lektor, pandoc, asciidoctor, sassc and
//! docutils.

use super::PAGES;
use crate::compare::split::runtime::Runtime;
use crate::program::Call;

/// Programs that write pages, with the options that say where to.
const WRITERS: &[(&str, &[&str])] = &[
    ("asciidoctor", &["-D", "--destination-dir", "-o", "--out-file"]),
    ("hugo", &["-d", "--destination"]),
    ("jekyll", &["-d", "--destination"]),
    ("lektor", &["-O", "--output-path"]),
    ("mdbook", &["-d", "--dest-dir"]),
    ("mkdocs", &["-d", "--site-dir"]),
    ("nikola", &[]),
    ("pandoc", &["-o", "--output"]),
    ("pelican", &["-o", "--output"]),
    ("rst2html", &[]),
    ("sassc", &[]),
    ("sphinx-build", &[]),
    ("zola", &["-o", "--output-dir"]),
];
/// Package managers of languages, which bring what writes pages.
pub(super) const BRING: &[&str] = &[
    "bundle", "bundler", "gem", "npm", "npx", "pip", "pip3", "pipenv", "pnpm", "poetry", "tsc",
    "uv", "vite", "webpack", "yarn",
];
/// Those whose second operand says where to, with the options that take a word.
const SECOND: &[(&str, &str)] = &[
    ("rst2html", ""),
    ("sassc", " --load-path --plugin-path --precision --style -I -P -p -t "),
    ("sphinx-build", " -A -D -M -b -c -d -j -t -w "),
];
/// What a script may do that nobody sees.
const UNSEEN: &[&str] = &[
    "/etc",
    "/var/lib",
    "chdir",
    "subprocess",
    "os.system",
    "open(\"|",
    "popen",
    "Popen",
    "system(",
    "`",
];

impl<'t> Runtime<'_, 't> {
    /// Where a program writes its pages; `None` if a call is none of one that is known.
    pub(super) fn written_by(&self, words: &[String], call: &Call<'t>) -> Option<Vec<String>> {
        let base = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
        let name = |word: &String| match base(word).as_str() {
            "sphinx" => "sphinx-build".to_owned(),
            "rst2html.py" | "rst2html5" | "rst2html5.py" => "rst2html".to_owned(),
            other => other.to_owned(),
        };
        let first = base(words.first()?);
        let python = first.starts_with("python") || first == "ruby";
        if let (true, Some(script)) = (python, words.get(1).filter(|word| !word.starts_with('-'))) {
            return self.written_by_script(script, &words[2..], call);
        }
        let front = |word: &&String| {
            let word = base(word);
            let hands = ["-m", "bundle", "exec", "pdm", "pipenv", "poetry", "run", "uv"];
            word.starts_with("python") || hands.contains(&word.as_str())
        };
        let at = words.iter().take_while(front).count();
        let (writer, options) = words
            .get(at)
            .and_then(|word| WRITERS.iter().find(|(known, _)| *known == name(word)))?;
        let rest = &words[at + 1..];
        let mut paths = Vec::new();
        if let Some((_, with_words)) = SECOND.iter().find(|(name, _)| name == writer) {
            let mut operands = Vec::new();
            let mut skip = false;
            for word in rest {
                let option = word.starts_with('-');
                if !skip && !option {
                    operands.push(word);
                }
                skip = option && with_words.contains(&format!(" {word} "));
            }
            paths.push(self.path(operands.get(1)?, call)?);
        }
        for (number, word) in rest.iter().enumerate() {
            for option in *options {
                let value = match word.strip_prefix(option) {
                    Some("") => rest.get(number + 1)?.as_str(),
                    Some(value) if option.len() == 2 || value.starts_with('=') => {
                        value.trim_start_matches('=')
                    }
                    _ => continue,
                };
                paths.push(self.path(value, call)?);
            }
        }
        Some(paths)
    }

    /// Where a script of the project writes, as far as its arguments and its text say.
    fn written_by_script(
        &self,
        script: &str,
        arguments: &[String],
        call: &Call<'t>,
    ) -> Option<Vec<String>> {
        let place = self.path(script, call)?;
        let text = self.text_at(&place)?;
        if UNSEEN.iter().any(|sign| text.contains(sign)) {
            return None;
        }
        let named = arguments.iter().filter(|word| word.starts_with('/'));
        let mut paths: Vec<String> = named.filter_map(|word| self.path(word, call)).collect();
        let own = [PAGES, "/usr/share/nginx"].into_iter().filter(|own| text.contains(own));
        paths.extend(own.map(str::to_owned));
        Some(paths)
    }
}

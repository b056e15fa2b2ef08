//! Wrong rewrites that slim-base and split-stages could make: of what they write, where the build context is known.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use dockslim::engine::{Settings, fix};
use dockslim_contract::{BuildContext, ContextEntry, Difference, IgnoreRules, Safety};
use dockslim_syntax::parse;
use rayon::prelude::*;

use super::kind::Kind;
use super::shipped::SHIPPED;
use super::smaller::SMALLER;
use super::verdicts::{Row, Subject, joined, row};
use crate::contexts::context;
use crate::sources::{dockerfiles, is_dockerfile, root, visit_projects};

/// A file with what its COPYs see.
pub(crate) struct Project {
    name: String,
    text: String,
    context: Arc<BuildContext>,
}

/// The kinds that are asked of what a pass writes, and what it may cause.
const ROOMS: [(&str, Difference, &[Kind]); 2] = [
    ("slim-base", Difference::SlimBase, SMALLER),
    ("split-stages", Difference::SplitStage, SHIPPED),
];

/// All of these kinds.
pub(crate) fn written_kinds() -> impl Iterator<Item = &'static Kind> + Clone {
    ROOMS.into_iter().flat_map(|(_, _, kinds)| kinds)
}

/// The cases that have a build context.
pub(crate) fn cases() -> Vec<Project> {
    let cases = dockerfiles(&root().join("tests/cases"));
    cases.iter().filter_map(|path| case(path)).collect()
}

fn case(path: &Path) -> Option<Project> {
    let options = fs::read_to_string(path.with_extension("toml")).ok()?;
    let table: toml::Table = options.parse().expect("options are TOML");
    let name = path.strip_prefix(root()).unwrap().display().to_string();
    let context = context(table.get("context")?.as_table()?);
    Some(Project { name, text: fs::read_to_string(path).unwrap(), context })
}

/// The real projects, each Dockerfile with the folder in which it lies; none where the corpus is missing.
pub(crate) fn real_projects() -> Vec<Project> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    visit_projects(|path, text| {
        files.insert(path, text);
    });
    let names = files.keys().filter(|path| is_dockerfile(Path::new(path)));
    let project = |path: &String| {
        let folder =
            path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let inside =
            files.range(folder.clone()..).take_while(|(path, _)| path.starts_with(&folder));
        let entries = inside
            .map(|(path, text)| (path[folder.len()..].to_owned(), ContextEntry::with_text(text)));
        let rules = files.get(&format!("{folder}.dockerignore")).map_or("", String::as_str);
        let rules = IgnoreRules::parse(rules).unwrap_or_default();
        let context = Arc::new(BuildContext::new(rules, entries, None));
        Project { name: path.clone(), text: files[path].clone(), context }
    };
    names.map(project).collect()
}

/// The rows of all these kinds in their order, no more than `most` of one kind in one file.
pub(crate) fn written_rows(projects: &[Project], most: usize) -> Vec<Row> {
    let empty = || vec![Row::default(); written_kinds().count()];
    projects.par_iter().map(|project| project.rows(most)).reduce(empty, joined)
}

impl Project {
    fn rows(&self, most: usize) -> Vec<Row> {
        let before = parse(&self.text);
        let of_room = |(pass, allowed, kinds): (&str, Difference, &'static [Kind])| {
            let text = self.written(pass);
            let start = parse(&text);
            let changed = text != self.text;
            let (name, context) = (&self.name, Some(&self.context));
            let allowed = Some(allowed);
            let subject = Subject { name, before: &before, start: &start, context, allowed };
            let rows = kinds.iter().map(|kind| match changed {
                true => row(&subject, kind, most),
                false => Row::default(),
            });
            rows.collect::<Vec<_>>()
        };
        ROOMS.into_iter().flat_map(of_room).collect()
    }

    /// What a pass makes of the file.
    fn written(&self, pass: &str) -> String {
        let settings = Settings {
            level: Safety::Suggestion,
            select: vec![pass.to_owned()],
            context: Some(Arc::clone(&self.context)),
            ..Settings::default()
        };
        fix(&self.text, &settings).text
    }
}

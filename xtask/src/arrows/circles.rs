//! Circles of files: each names the next, the last the first. A parent and its child may know each other.

use super::graph::{Graph, Module};
use std::collections::{BTreeMap, BTreeSet};

/// The circles of a crate, each as the sorted modules that can all reach each other.
pub(super) fn circles(graph: &Graph) -> Vec<Vec<Module>> {
    let mut next: BTreeMap<&Module, BTreeSet<&Module>> = BTreeMap::new();
    for arrow in &graph.arrows {
        let related = arrow.from.starts_with(&arrow.to) || arrow.to.starts_with(&arrow.from);
        if !related {
            next.entry(&arrow.from).or_default().insert(&arrow.to);
        }
    }
    let reach: BTreeMap<&Module, BTreeSet<&Module>> = graph
        .files
        .keys()
        .map(|module| (module, reachable(module, &next)))
        .collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for module in graph.files.keys() {
        if seen.contains(module) {
            continue;
        }
        let circle: Vec<Module> = graph
            .files
            .keys()
            .filter(|other| reach[module].contains(other) && reach[*other].contains(module))
            .cloned()
            .collect();
        if circle.len() > 1 {
            seen.extend(circle.iter().cloned());
            found.push(circle);
        }
    }
    found
}

/// Everything that a walk along the arrows comes to.
fn reachable<'a>(
    from: &'a Module,
    next: &BTreeMap<&'a Module, BTreeSet<&'a Module>>,
) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(module) = open.pop() {
        for to in next.get(module).into_iter().flatten() {
            if reached.insert(*to) {
                open.push(*to);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::super::graph::Arrow;
    use super::*;

    fn graph(arrows: &[(&str, &str)]) -> Graph {
        let module = |text: &str| -> Module { text.split("::").map(str::to_owned).collect() };
        let mut graph = Graph::default();
        for (from, to) in arrows {
            graph.files.insert(module(from), (*from).to_owned());
            graph.files.insert(module(to), (*to).to_owned());
            graph.arrows.push(Arrow {
                from: module(from),
                to: module(to),
                line: 1,
                passed_on: false,
            });
        }
        graph
    }

    #[test]
    fn a_circle_over_three_files_is_one() {
        let found = circles(&graph(&[("a", "b"), ("b", "c"), ("c", "a"), ("a", "d")]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].len(), 3);
    }

    #[test]
    fn parent_and_child_may_know_each_other() {
        assert!(circles(&graph(&[("a", "a::b"), ("a::b", "a")])).is_empty());
    }

    #[test]
    fn two_circles_are_two() {
        let found = circles(&graph(&[("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")]));
        assert_eq!(found.len(), 2);
    }
}

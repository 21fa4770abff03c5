//! The parser's calls go in, raw nodes linked to each other come out; [`crate::dom::tree`] flattens them.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, ExpandedName, QualName, expanded_name, local_name, ns};

/// No node.
pub(crate) const NONE: u32 = u32::MAX;

/// What a raw node is.
#[derive(Debug)]
pub(crate) enum Kind {
    Document,
    Element(QualName, Vec<Attribute>),
    Text(StrTendril),
    /// Comments, processing instructions: kept only because the parser holds handles to them.
    Nothing,
}

/// One node with its neighbours.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) parent: u32,
    pub(crate) first: u32,
    last: u32,
    previous: u32,
    pub(crate) next: u32,
    /// Depth when it was first put somewhere; a bound, not a truth, once the parser moves nodes about.
    depth: u32,
    pub(crate) kind: Kind,
}

/// The nodes as the parser makes them.
#[derive(Debug)]
pub(crate) struct Nodes {
    pub(crate) raw: Vec<Raw>,
    pub(crate) deepest: u32,
    /// The name of what is no element.
    nameless: QualName,
}

impl Nodes {
    fn new() -> Self {
        let mut nodes = Self {
            raw: Vec::with_capacity(2048),
            deepest: 0,
            nameless: QualName::new(None, ns!(html), local_name!("")),
        };
        nodes.make(Kind::Document);
        nodes
    }

    fn make(&mut self, kind: Kind) -> u32 {
        self.raw.push(Raw {
            parent: NONE,
            first: NONE,
            last: NONE,
            previous: NONE,
            next: NONE,
            depth: 0,
            kind,
        });
        (self.raw.len() - 1) as u32
    }

    fn get(&mut self, id: u32) -> Option<&mut Raw> {
        self.raw.get_mut(id as usize)
    }

    fn field(&self, id: u32, of: impl Fn(&Raw) -> u32) -> u32 {
        self.raw.get(id as usize).map_or(NONE, of)
    }

    fn detach(&mut self, id: u32) {
        let Some(node) = self.get(id) else { return };
        let (parent, previous, next) = (node.parent, node.previous, node.next);
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
        match self.get(previous) {
            Some(before) => before.next = next,
            None => {
                if let Some(parent) = self.get(parent) {
                    parent.first = next;
                }
            }
        }
        match self.get(next) {
            Some(after) => after.previous = previous,
            None => {
                if let Some(parent) = self.get(parent) {
                    parent.last = previous;
                }
            }
        }
    }

    fn append(&mut self, parent: u32, child: u32) {
        self.detach(child);
        let last = self.field(parent, |node| node.last);
        let depth = self.field(parent, |node| node.depth).saturating_add(1);
        self.deepest = self.deepest.max(depth);
        if let Some(node) = self.get(child) {
            (node.parent, node.previous, node.depth) = (parent, last, depth);
        }
        match self.get(last) {
            Some(before) => before.next = child,
            None => {
                if let Some(node) = self.get(parent) {
                    node.first = child;
                }
            }
        }
        if let Some(node) = self.get(parent) {
            node.last = child;
        }
    }

    fn insert_before(&mut self, sibling: u32, child: u32) {
        self.detach(child);
        let (parent, previous) = (self.field(sibling, |n| n.parent), self.field(sibling, |n| n.previous));
        let depth = self.field(sibling, |node| node.depth);
        if let Some(node) = self.get(child) {
            (node.parent, node.previous, node.next, node.depth) = (parent, previous, sibling, depth);
        }
        if let Some(node) = self.get(sibling) {
            node.previous = child;
        }
        match self.get(previous) {
            Some(before) => before.next = child,
            None => {
                if let Some(node) = self.get(parent) {
                    node.first = child;
                }
            }
        }
    }

    /// Adds `text` to the text node `id`; false where that is no text node.
    fn extend(&mut self, id: u32, text: &StrTendril) -> bool {
        match self.get(id).map(|node| &mut node.kind) {
            Some(Kind::Text(old)) => {
                old.push_tendril(text);
                true
            }
            _ => false,
        }
    }
}

/// The sink that the parser fills.
#[derive(Debug)]
pub(crate) struct Sink(RefCell<Nodes>);

impl Sink {
    pub(crate) fn new() -> Self {
        Self(RefCell::new(Nodes::new()))
    }

    /// Number of nodes and greatest depth so far.
    pub(crate) fn size(&self) -> (usize, u32) {
        let nodes = self.0.borrow();
        (nodes.raw.len(), nodes.deepest)
    }
}

impl TreeSink for Sink {
    type Handle = u32;
    type Output = Nodes;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Nodes {
        self.0.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> u32 {
        0
    }

    fn elem_name<'a>(&'a self, target: &u32) -> Ref<'a, QualName> {
        let nodes = self.0.borrow();
        Ref::map(nodes, |nodes| match nodes.raw.get(*target as usize).map(|node| &node.kind) {
            Some(Kind::Element(name, _)) => name,
            _ => &nodes.nameless,
        })
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> u32 {
        let template = is_template(name.expanded());
        let mut nodes = self.0.borrow_mut();
        let id = nodes.make(Kind::Element(name, attrs));
        if template {
            let contents = nodes.make(Kind::Nothing);
            nodes.append(id, contents);
        }
        id
    }

    fn create_comment(&self, _: StrTendril) -> u32 {
        self.0.borrow_mut().make(Kind::Nothing)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> u32 {
        self.0.borrow_mut().make(Kind::Nothing)
    }

    fn append(&self, parent: &u32, child: NodeOrText<u32>) {
        let mut nodes = self.0.borrow_mut();
        match child {
            NodeOrText::AppendNode(id) => nodes.append(*parent, id),
            NodeOrText::AppendText(text) => {
                let last = nodes.field(*parent, |node| node.last);
                if !nodes.extend(last, &text) {
                    let id = nodes.make(Kind::Text(text));
                    nodes.append(*parent, id);
                }
            }
        }
    }

    fn append_before_sibling(&self, sibling: &u32, child: NodeOrText<u32>) {
        let mut nodes = self.0.borrow_mut();
        match child {
            NodeOrText::AppendNode(id) => nodes.insert_before(*sibling, id),
            NodeOrText::AppendText(text) => {
                let previous = nodes.field(*sibling, |node| node.previous);
                if !nodes.extend(previous, &text) {
                    let id = nodes.make(Kind::Text(text));
                    nodes.insert_before(*sibling, id);
                }
            }
        }
    }

    fn append_based_on_parent_node(&self, element: &u32, previous: &u32, child: NodeOrText<u32>) {
        let inside = self.0.borrow().field(*element, |node| node.parent) != NONE;
        if inside {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &u32) -> u32 {
        self.0.borrow().field(*target, |node| node.first)
    }

    fn same_node(&self, one: &u32, other: &u32) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, target: &u32, attrs: Vec<Attribute>) {
        if let Some(Kind::Element(_, old)) = self.0.borrow_mut().get(*target).map(|node| &mut node.kind) {
            for attr in attrs {
                if !old.iter().any(|have| have.name == attr.name) {
                    old.push(attr);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &u32) {
        self.0.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &u32, new_parent: &u32) {
        let mut nodes = self.0.borrow_mut();
        loop {
            let child = nodes.field(*node, |node| node.first);
            if child == NONE {
                break;
            }
            nodes.append(*new_parent, child);
        }
    }
}

fn is_template(name: ExpandedName<'_>) -> bool {
    name == expanded_name!(html "template")
}

//! Line icons, 24 by 24, drawn in the colour of the text around them. The words beside them carry the meaning.

use dioxus::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, PartialEq)]
pub enum Shape {
    Umbrella,
    Home,
    List,
    Gear,
    Back,
    Close,
    Clock,
    Arrow,
    Tick,
    TwoTicks,
    Pencil,
    Cross,
    Queue,
    Camera,
    Picture,
    Scan,
    Torch,
    Search,
    Alert,
    Lock,
    Person,
    Sync,
    Bin,
    Pin,
    Phone,
    Next,
    More,
}

impl Shape {
    fn path(self) -> &'static str {
        match self {
            Shape::Umbrella => "M12 3v1M3 13a9 9 0 0 1 18 0zM12 13v5.5a2.5 2.5 0 0 0 5 0",
            Shape::Home => "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
            Shape::List => "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
            Shape::Gear => {
                "M4 7h10M18 7h2M4 17h2M10 17h10M16 9.5a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5zM8 19.5a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5z"
            }
            Shape::Back => "M15 5l-7 7 7 7",
            Shape::Close => "M6 6l12 12M18 6L6 18",
            Shape::Clock => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
            Shape::Arrow => "M12 20V5M6 11l6-6 6 6",
            Shape::Tick => "M5 12.5l4.5 4.5L19 7",
            Shape::TwoTicks => "M2 12.5l4.5 4.5L15 8M11.5 16l1 1L22 7.5",
            Shape::Pencil => "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
            Shape::Cross => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9l6 6M15 9l-6 6",
            Shape::Queue => "M6 3h12M6 21h12M7 3c0 5 10 6 10 9s-10 4-10 9M17 3c0 5-10 6-10 9s10 4 10 9",
            Shape::Camera => "M3 8h4l2-3h6l2 3h4v12H3zM12 17a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
            Shape::Picture => "M3 5h18v14H3zM3 16l5-5 5 5 3-3 5 5M16 10h.01",
            Shape::Scan => "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8v8M12 8v8M16 8v8",
            Shape::Torch => "M13 2L5 14h6l-1 8 9-13h-6z",
            Shape::Search => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5",
            Shape::Alert => "M12 4l9 16H3zM12 10v4M12 17h.01",
            Shape::Lock => "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
            Shape::Person => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c0-4 4-6 8-6s8 2 8 6",
            Shape::Sync => "M20 8a8 8 0 0 0-14-2L4 8M4 4v4h4M4 16a8 8 0 0 0 14 2l2-2M20 20v-4h-4",
            Shape::Pin => {
                "M12 21c5-6 7-9 7-12a7 7 0 0 0-14 0c0 3 2 6 7 12zM12 11.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"
            }
            Shape::Phone => "M5 4c0 9 6 15 15 16l2-5-5-3-3 2c-2-1-4-3-5-5l2-3-3-4z",
            Shape::Next => "M9 5l7 7-7 7",
            Shape::More => "M12 5h.01M12 12h.01M12 19h.01",
            Shape::Bin => "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
        }
    }
}

#[component]
pub fn Icon(shape: Shape, #[props(default = 24)] size: u32, #[props(default)] turning: bool) -> Element {
    rsx! {
        svg {
            class: if turning { "turning" },
            width: "{size}",
            height: "{size}",
            view_box: "0 0 24 24",
            fill: "none",
            stroke: "currentColor",
            stroke_width: "2",
            stroke_linecap: "round",
            stroke_linejoin: "round",
            "aria-hidden": "true",
            path { d: shape.path() }
        }
    }
}

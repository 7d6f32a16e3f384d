//! JSON as the app reads it. A reader of JSON is written out anew for every type that travels, with words for whatever may
//! be wrong at each place: a good part of the app's size, and nobody reads those words. So a text becomes a tree first,
//! in code that all types share; a type takes what is its own from the tree, and either it was there or not. A struct is
//! an object, never an array.

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess,
    VariantAccess, Visitor, value::BorrowedStrDeserializer,
};
use serde_json::{Map, Value, map};
use std::{fmt, slice};

/// The text is no JSON, or not of the type that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// Reads one value.
///
/// # Errors
/// When the text is no JSON, or not of this type.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let tree: Value = serde_json::from_str(text).map_err(|_| Unreadable)?;
    T::deserialize(Tree(&tree))
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not what was expected")
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A value of the tree.
struct Tree<'de>(&'de Value);

impl<'de> Tree<'de> {
    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let Value::Number(number) = self.0 else {
            return Err(Unreadable);
        };
        if let Some(number) = number.as_u64() {
            visitor.visit_u64(number)
        } else if let Some(number) = number.as_i64() {
            visitor.visit_i64(number)
        } else {
            visitor.visit_f64(number.as_f64().ok_or(Unreadable)?)
        }
    }

    fn text<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_borrowed_str(self.0.as_str().ok_or(Unreadable)?)
    }

    fn items<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(Items(self.0.as_array().ok_or(Unreadable)?.iter()))
    }

    fn fields<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_map(Fields::of(self.0.as_object().ok_or(Unreadable)?))
    }
}

macro_rules! is_read_as {
    ($read:ident: $($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
            self.$read(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Tree<'de> {
    type Error = Unreadable;

    is_read_as! { number:
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }
    is_read_as! { text: deserialize_char deserialize_str deserialize_string deserialize_identifier }
    is_read_as! { items: deserialize_seq }
    is_read_as! { fields: deserialize_map }
    is_read_as! { deserialize_any: deserialize_bool deserialize_unit deserialize_bytes deserialize_byte_buf }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(is) => visitor.visit_bool(*is),
            Value::Number(_) => self.number(visitor),
            Value::String(_) => self.text(visitor),
            Value::Array(_) => self.items(visitor),
            Value::Object(_) => self.fields(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.items(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.items(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.fields(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(Variant { name, value: None }),
            Value::Object(object) if object.len() == 1 => {
                let (name, value) = object.iter().next().ok_or(Unreadable)?;
                visitor.visit_enum(Variant {
                    name,
                    value: Some(value),
                })
            }
            _ => Err(Unreadable),
        }
    }
}

/// The items of an array.
struct Items<'de>(slice::Iter<'de, Value>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unreadable> {
        self.0
            .next()
            .map(|item| seed.deserialize(Tree(item)))
            .transpose()
    }
}

/// The fields of an object, and the value of the one whose name was taken last.
struct Fields<'de> {
    rest: map::Iter<'de>,
    value: &'de Value,
}

impl<'de> Fields<'de> {
    fn of(object: &'de Map<String, Value>) -> Self {
        Self {
            rest: object.iter(),
            value: &Value::Null,
        }
    }
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unreadable> {
        let Some((name, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = value;
        seed.deserialize(BorrowedStrDeserializer::new(name))
            .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, Unreadable> {
        seed.deserialize(Tree(self.value))
    }
}

/// A variant: its name alone, or an object of one field.
struct Variant<'de> {
    name: &'de str,
    value: Option<&'de Value>,
}

impl<'de> Variant<'de> {
    fn tree(self) -> Result<Tree<'de>, Unreadable> {
        self.value.map(Tree).ok_or(Unreadable)
    }
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self), Unreadable> {
        let variant = seed.deserialize(BorrowedStrDeserializer::new(self.name))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        match self.value {
            None | Some(Value::Null) => Ok(()),
            Some(_) => Err(Unreadable),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, Unreadable> {
        seed.deserialize(self.tree()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.tree()?.items(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.tree()?.fields(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orderline_protocol::{
        call::CallServerFrame,
        catalogue::PartnerList,
        http::{Catalogue, EventPage, Me, OrderList, ThreadList},
        order::AcceptancePage,
        policy::PolicyList,
        problem::Problem,
        socket::{CommandResult, ServerFrame, ServerSignal},
        thread::ThreadSnapshot,
    };
    use serde::Serialize;
    use std::{fs, path::Path};

    /// What the golden files of this family say is read as serde's own reader reads it.
    fn agrees<T: DeserializeOwned + Serialize>(family: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/golden");
        let mut read_some = false;
        for entry in fs::read_dir(folder).expect("golden files") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str());
            if name.is_none_or(|name| !name.starts_with(&format!("{family}."))) {
                continue;
            }
            let text = fs::read_to_string(&path).expect("readable");
            let ours: T = read(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
            let theirs: T = serde_json::from_str(&text).expect("a golden file");
            assert_eq!(
                serde_json::to_string(&ours).expect("JSON"),
                serde_json::to_string(&theirs).expect("JSON")
            );
            read_some = true;
        }
        assert!(read_some, "no golden file of {family}");
    }

    #[test]
    fn whatever_travels_is_read_as_serde_reads_it() {
        agrees::<ServerFrame>("server_frame");
        agrees::<ServerSignal>("server_signal");
        agrees::<CommandResult>("command_result");
        agrees::<CallServerFrame>("call_server_frame");
        agrees::<ThreadSnapshot>("thread_snapshot");
        agrees::<ThreadList>("thread_list");
        agrees::<EventPage>("event_page");
        agrees::<Catalogue>("catalogue");
        agrees::<PartnerList>("partner_list");
        agrees::<OrderList>("order_list");
        agrees::<Me>("me");
        agrees::<AcceptancePage>("acceptance_page");
        agrees::<PolicyList>("policy_list");
        agrees::<Problem>("problem");
    }

    #[test]
    fn what_is_no_such_value_is_refused() {
        assert!(read::<Problem>("[]").is_err(), "an array is no struct");
        assert!(read::<ServerFrame>(r#"{"pong":[1]}"#).is_err());
        assert!(read::<ServerFrame>(r#"{"pong":{"n":1}} x"#).is_err());
        assert!(read::<ServerFrame>(r#"{"later":{}}"#).is_err());
        assert!(read::<ServerFrame>("nonsense").is_err());
    }
}

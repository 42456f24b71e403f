using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Shared.Results;

namespace Gateway.Shared.Schema;

/// <summary>
/// Turns what a client sent into the document that is stored and returned: defaults filled in, every field present, unset ones null,
/// sets without duplicates, integers without a fraction. Refuses what does not fit, all faults at once.
/// </summary>
public static class SchemaNormaliser
{
    /// <summary>The end of the year 9999, Unix seconds.</summary>
    private const long LastSecond = 253402300799;

    private const string AutoKeyCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>
    /// Normalises a document. The input is not changed. Foreign keys are checked for shape only: <c>{"id": …}</c>, or one other unique
    /// field such as <c>{"name": …}</c>, which the caller resolves.
    /// </summary>
    /// <returns>The document, or a <see cref="SchemaViolationError"/>.</returns>
    public static Result<JsonObject> Normalise(RecordSchema schema, JsonObject input, NormaliseOptions? options = null) =>
        Normalise(schema, input, options ?? new NormaliseOptions(), new Violations(), null);

    /// <param name="complete">Called with the document once defaults are in, before cross-field checks.</param>
    internal static Result<JsonObject> Normalise(
        RecordSchema schema,
        JsonObject input,
        NormaliseOptions options,
        Violations violations,
        Action<JsonObject>? complete)
    {
        var run = new Run(options, violations);
        var path = SchemaPath.Root.Append(options.PathPrefix);
        input = FieldAliases.Replaced(input, schema, options.SubSchemas, options.Existing, path, violations);
        var whole = options.Existing is null ? input : Merge(schema, options.Existing, input, options.SubSchemas);
        var document = run.Record(schema, whole, path, complete);
        return violations.ToError() is { } error ? error : document;
    }

    /// <summary>The stored document with a partial one laid over it. Lists are replaced, records merged, null resets.</summary>
    public static JsonObject Merge(RecordSchema schema, JsonObject existing, JsonObject patch, ISubSchemaSource? subSchemas = null)
    {
        var merged = existing.DeepClone().AsObject();
        foreach (var (name, value) in patch)
        {
            var field = schema.Find(name);
            if (value is not JsonObject members || field is null || !merged.TryGetPropertyValue(name, out var old) || old is not JsonObject oldMembers)
            {
                merged[name] = value?.DeepClone();
                continue;
            }

            merged[name] = field.Kind switch
            {
                FieldKind.Record => Merge(field.Record!, oldMembers, members, subSchemas),
                FieldKind.Map => MergeMap(oldMembers, members),
                FieldKind.Json when field.SubSchema is { } sub
                    && subSchemas?.Find(sub.Family, Selector(patch, sub) ?? Selector(existing, sub) ?? "") is { } inner =>
                    Merge(inner, oldMembers, members, subSchemas),
                _ => members.DeepClone(),
            };
        }

        return merged;
    }

    private static JsonObject MergeMap(JsonObject existing, JsonObject patch)
    {
        var merged = existing.DeepClone().AsObject();
        foreach (var (key, value) in patch)
        {
            if (value is null)
            {
                merged.Remove(key);
            }
            else
            {
                merged[key] = value.DeepClone();
            }
        }

        return merged;
    }

    internal static string? Selector(JsonObject document, SubSchemaAttribute sub) =>
        document.TryGetPropertyValue(sub.Selector, out var node) && node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>One pass over one document.</summary>
    private sealed class Run(NormaliseOptions options, Violations violations)
    {
        public JsonObject Record(RecordSchema schema, JsonObject input, SchemaPath path, Action<JsonObject>? complete = null)
        {
            foreach (var (name, _) in input)
            {
                if (schema.Find(name) is null)
                {
                    var place = path.Member(name);
                    violations.Add(place, "unknown field");
                    if (Suggestion.For(name, schema.Fields.Select(f => f.Name).Concat(schema.Aliases.Select(a => a.Name))) is { } suggestion)
                    {
                        violations.AddHint(place, suggestion);
                    }
                }
            }

            var rules = RulesFor(schema, input);
            var document = new JsonObject();
            foreach (var field in schema.Fields)
            {
                input.TryGetPropertyValue(field.Name, out var value);
                var place = path.Member(field.Name);
                if (value is not null && rules?.ForbiddenFields.Contains(field.Name) == true)
                {
                    violations.Add(place, "value must be null");
                }

                if (value is null && rules is not null && field.Name == "protocols")
                {
                    value = new JsonArray([.. rules.DefaultProtocols.Select(p => JsonValue.Create(p))]);
                }

                document[field.Name] = field.SubSchema is null
                    ? Field(field, value, input.ContainsKey(field.Name), place)
                    : SubDocument(field, value, input, path, place);
            }

            complete?.Invoke(document);
            Check(schema, document, path);
            return document;
        }

        private SubSchemaRules? RulesFor(RecordSchema schema, JsonObject input)
        {
            foreach (var field in schema.Fields)
            {
                if (field.SubSchema is { } sub && Selector(input, sub) is { } selector)
                {
                    return options.SubSchemas?.FindRules(sub.Family, selector);
                }
            }

            return null;
        }

        private void Check(RecordSchema schema, JsonObject document, SchemaPath path)
        {
            var fieldsAreFine = !violations.Has(path);
            var context = new CheckContext(document, path, violations);
            foreach (var check in schema.Checks)
            {
                var isReady = check.Fields.Count == 0 ? fieldsAreFine : !check.Fields.Any(f => violations.Has(path.Append(f)));
                if (isReady && !LooksElsewhere(check, path))
                {
                    check.Run(context);
                }
            }
        }

        /// <summary>Whether a check would look at what is not part of the document.</summary>
        private bool LooksElsewhere(EntityCheck check, SchemaPath path) => options.Elsewhere.Any(place => check.Fields.Count == 0
            ? Holds(path.ToString(), place)
            : check.Fields.Any(f => Holds(place, path.Append(f).ToString()) || Holds(path.Append(f).ToString(), place)));

        private static bool Holds(string outer, string inner) => outer.Length == 0 || inner == outer || inner.StartsWith(outer + ".", StringComparison.Ordinal);

        private JsonObject SubDocument(FieldSchema field, JsonNode? value, JsonObject input, SchemaPath record, SchemaPath place)
        {
            var sub = field.SubSchema!;
            if (value is not (null or JsonObject))
            {
                violations.Add(place, "expected a record");
                return [];
            }

            var members = value as JsonObject ?? [];
            if (options.SubSchemas is not { } source || !source.Handles(sub.Family) || Selector(input, sub) is not { Length: > 0 } selector)
            {
                return members.DeepClone().AsObject();
            }

            if (source.Find(sub.Family, selector) is { } schema)
            {
                var document = Record(schema, members, place);
                if (!violations.Has(place))
                {
                    source.Check(sub.Family, selector, new CheckContext(document, place, violations));
                }

                return document;
            }

            var selectorPlace = record.Member(sub.Selector);
            if (violations.Has(selectorPlace))
            {
                return members.DeepClone().AsObject();
            }

            violations.Add(selectorPlace, sub.Family == "plugins"
                ? $"plugin '{selector}' not enabled; add it to the 'plugins' configuration property"
                : $"vault '{selector}' is not installed");
            if (Suggestion.For(selector, source.Names(sub.Family)) is { } suggestion)
            {
                violations.AddUnknownValue(selectorPlace, selector, suggestion);
            }

            return members.DeepClone().AsObject();
        }

        private JsonNode? Field(FieldSchema field, JsonNode? value, bool isPresent, SchemaPath path)
        {
            if (options.Elsewhere.Count > 0 && options.Elsewhere.Contains(path.ToString()))
            {
                return null;
            }

            if (field.Auto && options.FillAuto && (value is null || (field.IsTimestamp && field.Name == "updated_at")))
            {
                return Generate(field);
            }

            if (value is not null)
            {
                return Value(field, value, path);
            }

            if (field.IsExpanded)
            {
                return Record(field.Record!, [], path);
            }

            if (field.HasDefault && (field.Required || !isPresent))
            {
                return field.Default;
            }

            if (field.Required && !field.Auto)
            {
                violations.Add(path, "required field missing");
            }

            return null;
        }

        private JsonNode? Value(FieldSchema field, JsonNode value, SchemaPath path)
        {
            // A reference stands for whatever the field's type is; its text is judged when it is resolved.
            if (field.Referenceable && value is JsonValue scalar && scalar.TryGetValue<string>(out var reference) && VaultReference.IsReference(reference))
            {
                return JsonValue.Create(reference);
            }

            return field.Kind switch
            {
                FieldKind.String => Text(field, value, path),
                FieldKind.Integer or FieldKind.Number => Number(field, value, path),
                FieldKind.Boolean => Boolean(value, path),
                FieldKind.Array or FieldKind.Set => List(field, value, path),
                FieldKind.Map => Map(field, value, path),
                FieldKind.Record => value is JsonObject members ? Record(field.Record!, members, path) : Refuse(path, "expected a record"),
                FieldKind.Foreign => Foreign(value, path),
                _ => value is not JsonObject ? Refuse(path, "expected a record")
                    : HoldsPlainNumbers(value) ? value.DeepClone()
                    : Refuse(path, "holds a number that is too large"),
            };
        }

        /// <summary>Of a number that fits no type a client could make nothing, not even of the rest of a list that holds it.</summary>
        private static bool HoldsPlainNumbers(JsonNode? node) => node switch
        {
            JsonObject members => members.All(m => HoldsPlainNumbers(m.Value)),
            JsonArray items => items.All(HoldsPlainNumbers),
            JsonValue value when value.GetValueKind() == JsonValueKind.Number => double.IsFinite(double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)),
            _ => true,
        };

        private JsonNode? Refuse(SchemaPath path, string text)
        {
            violations.Add(path, text);
            return null;
        }

        private JsonNode? Text(FieldSchema field, JsonNode value, SchemaPath path)
        {
            if (value is not JsonValue scalar || !scalar.TryGetValue<string>(out var text))
            {
                return Refuse(path, "expected a string");
            }

            if (TextFault(field, text) is { } fault)
            {
                return Refuse(path, fault);
            }

            foreach (var rule in field.Rules)
            {
                text = rule.Normalise(text);
            }

            return JsonValue.Create(field.IsUuid ? text.ToLowerInvariant() : text);
        }

        private static string? TextFault(FieldSchema field, string text)
        {
            if (field.IsUuid)
            {
                return Guid.TryParseExact(text, "D", out _) ? null : "expected a valid UUID";
            }

            var length = Encoding.UTF8.GetByteCount(text);
            if (LengthFault(length, field.AllowEmpty ? field.LengthMin ?? 0 : field.LengthMin ?? 1, field.LengthMax) is { } fault)
            {
                return fault;
            }

            if (field.OneOf is { } allowed && !allowed.Contains(text))
            {
                return $"expected one of: {string.Join(", ", allowed)}";
            }

            foreach (var rule in field.Rules)
            {
                if (rule.Check(text) is { } ruleFault)
                {
                    return ruleFault;
                }
            }

            return text.Contains('\0', StringComparison.Ordinal) ? "must not contain the character NUL" : null;
        }

        private static string? LengthFault(int length, int? min, int? max)
        {
            if (min == max && min is not null && length != min)
            {
                return $"length must be {min}";
            }

            return length < min ? $"length must be at least {min}" : length > max ? $"length must be at most {max}" : null;
        }

        private JsonNode? Number(FieldSchema field, JsonNode value, SchemaPath path)
        {
            var isInteger = field.Kind == FieldKind.Integer;
            if (value is not JsonValue scalar || scalar.GetValueKind() != JsonValueKind.Number)
            {
                return Refuse(path, isInteger ? "expected an integer" : "expected a number");
            }

            var number = double.Parse(scalar.ToJsonString(), CultureInfo.InvariantCulture);
            if (!double.IsFinite(number))
            {
                return Refuse(path, isInteger ? "expected an integer" : "expected a number");
            }

            // Numbers without a fraction are written without one: 1e3 and 1.0 would not decode into a client's integer.
            var isWhole = number == Math.Floor(number) && Math.Abs(number) < 9e15;
            if (isInteger && !isWhole)
            {
                return Refuse(path, "expected an integer");
            }

            if (NumberFault(field, number) is { } fault)
            {
                return Refuse(path, fault);
            }

            return isWhole ? JsonValue.Create((long)number) : JsonValue.Create(number);
        }

        private static string? NumberFault(FieldSchema field, double number)
        {
            if (number < field.Min || number > field.Max)
            {
                return $"value should be between {Show(field.Min)} and {Show(field.Max)}";
            }

            if (field.Is32Bit && number is < int.MinValue or > int.MaxValue)
            {
                return $"value should be between {int.MinValue} and {int.MaxValue}";
            }

            if (field.IsTimestamp && number is < 0 or > LastSecond)
            {
                return $"value should be between 0 and {LastSecond}";
            }

            if (field.GreaterThan is { } bound && number <= bound)
            {
                return $"value must be greater than {Show(bound)}";
            }

            return field.OneOf is { } allowed && !allowed.Contains(Show(number)) ? $"expected one of: {string.Join(", ", allowed)}" : null;
        }

        private static string Show(double? number) => number?.ToString("0.################", CultureInfo.InvariantCulture) ?? "";

        private JsonNode? Boolean(JsonNode value, SchemaPath path) =>
            value is JsonValue scalar && scalar.GetValueKind() is JsonValueKind.True or JsonValueKind.False
                ? JsonValue.Create(value.GetValueKind() == JsonValueKind.True)
                : Refuse(path, "expected a boolean");

        private JsonNode? List(FieldSchema field, JsonNode value, SchemaPath path)
        {
            // Lua writes an empty list as {}; clients built on it send that.
            var items = value is JsonObject { Count: 0 } ? [] : value as JsonArray;
            if (items is null)
            {
                return Refuse(path, field.Kind == FieldKind.Set ? "expected a set" : "expected an array");
            }

            if (LengthFault(items.Count, field.LengthMin, field.LengthMax) is { } fault)
            {
                return Refuse(path, fault);
            }

            var result = new JsonArray();
            var seen = field.Kind == FieldKind.Set ? new HashSet<string>(StringComparer.Ordinal) : null;
            for (var i = 0; i < items.Count; i++)
            {
                var item = Field(field.Elements!, items[i], true, path.Item(i));
                if (seen is null || seen.Add(item?.ToJsonString() ?? "null"))
                {
                    result.Add(item);
                }
            }

            return result;
        }

        private JsonNode? Map(FieldSchema field, JsonNode value, SchemaPath path)
        {
            if (value is not JsonObject members)
            {
                return value is JsonArray { Count: 0 } ? new JsonObject() : Refuse(path, "expected a map");
            }

            if (LengthFault(members.Count, field.LengthMin, field.LengthMax) is { } fault)
            {
                return Refuse(path, fault);
            }

            var result = new JsonObject();
            foreach (var (key, item) in members)
            {
                var place = path.Member(key);
                if (TextFault(field.Keys!, key) is { } keyFault)
                {
                    violations.Add(path, keyFault);
                    continue;
                }

                var name = key;
                foreach (var rule in field.Keys!.Rules)
                {
                    name = rule.Normalise(name);
                }

                result[name] = Field(field.Values!, item, true, place);
            }

            return result;
        }

        private JsonNode? Foreign(JsonNode value, SchemaPath path)
        {
            if (value is not JsonObject members)
            {
                return Refuse(path, "expected a record");
            }

            if (members.TryGetPropertyValue("id", out var id) && id is not null)
            {
                return id is JsonValue scalar && scalar.TryGetValue<string>(out var text) && Guid.TryParseExact(text, "D", out _)
                    ? new JsonObject { ["id"] = text.ToLowerInvariant() }
                    : Refuse(path.Member("id"), "expected a valid UUID");
            }

            foreach (var (name, member) in members)
            {
                if (member is JsonValue scalar && scalar.TryGetValue<string>(out var text) && text.Length > 0)
                {
                    return new JsonObject { [name] = text };
                }
            }

            return Refuse(path.Member("id"), "required field missing");
        }

        private JsonValue Generate(FieldSchema field)
        {
            if (field.IsUuid)
            {
                return JsonValue.Create(Guid.NewGuid().ToString("D"));
            }

            if (!field.IsTimestamp)
            {
                return JsonValue.Create(RandomNumberGenerator.GetString(AutoKeyCharacters, 32));
            }

            var milliseconds = options.Time.GetUtcNow().ToUnixTimeMilliseconds();
            return field.Kind == FieldKind.Integer ? JsonValue.Create(milliseconds / 1000) : JsonValue.Create(milliseconds / 1000.0);
        }
    }
}

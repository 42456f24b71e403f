using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>
/// A rule about several fields of one record. A record lists its rules in a public static property <c>Checks</c>. Field names are given
/// as C# names (<c>nameof</c>) or wire names, nested ones with dots: <c>"auth.header_name"</c>.
/// </summary>
/// <remarks>A check is skipped while one of its fields has a fault of its own: the first fault explains the second.</remarks>
public abstract class EntityCheck
{
    private protected EntityCheck(IEnumerable<string> fields) => Fields = [.. fields.Select(WirePath)];

    /// <summary>Dotted wire names of the fields concerned; empty when a check looks at the whole record.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>A sentence for forms, such as <c>Set at least one of username, custom_id.</c></summary>
    public abstract string Description { get; }

    /// <summary>The check as schema documents list it; null when it has no declarative form.</summary>
    public virtual JsonObject? ToDocument() => null;

    internal abstract void Run(CheckContext context);

    /// <summary>At least one of the fields is set and not empty.</summary>
    public static EntityCheck AtLeastOneOf(params string[] fields) => new CountCheck(
        fields,
        "at_least_one_of",
        set => set >= 1,
        "at least one of these fields must be non-empty: {0}",
        "Set at least one of {0}.");

    /// <summary>At least one of the boolean fields has the given value.</summary>
    public static EntityCheck AtLeastOneOf(bool value, params string[] fields) => new BooleanCheck(value, fields);

    /// <summary>Exactly one of the fields is set and not empty.</summary>
    public static EntityCheck OnlyOneOf(params string[] fields) => new CountCheck(
        fields,
        "only_one_of",
        set => set == 1,
        "exactly one of these fields must be non-empty: {0}",
        "Set exactly one of {0}.");

    /// <summary>At most one of the fields is set.</summary>
    public static EntityCheck MutuallyExclusive(params string[] fields) => new CountCheck(
        fields,
        "mutually_exclusive",
        set => set <= 1,
        "only one or none of these fields must be set: {0}",
        "Set only one of {0}, or none.");

    /// <summary>The fields are set together or not at all.</summary>
    public static EntityCheck AllOrNone(params string[] fields) => new CountCheck(
        fields,
        "mutually_required",
        set => set == 0 || set == fields.Length,
        "all or none of these fields must be set: {0}",
        "Set all of {0}, or none.");

    /// <summary>The values of the fields differ, as far as they are set.</summary>
    public static EntityCheck Distinct(params string[] fields) => new DistinctCheck(fields);

    /// <summary>When a field has one of the values, another field must meet a condition.</summary>
    /// <param name="values">Values as text: <c>true</c>, <c>5</c>, <c>header</c>. For a list field: it contains one of them.</param>
    /// <param name="text">Text under <c>@entity</c>; null: the standard one. The other field gets its own text.</param>
    public static EntityCheck Conditional(string ifField, IReadOnlyList<string> values, Then then, string? text = null) =>
        new ConditionalCheck(ifField, values, then, text);

    /// <summary>Anything else, in code. Runs only when the record's fields are fine by themselves.</summary>
    /// <param name="description">A sentence for forms.</param>
    public static EntityCheck Custom(string description, Action<CheckContext> check) => new CustomCheck(description, check);

    internal static string WirePath(string path) => string.Join('.', path.Split('.').Select(SchemaJson.WireName));

    private static string Quote(IEnumerable<string> fields) => string.Join(", ", fields.Select(f => $"'{f}'"));

    private sealed class CountCheck(string[] fields, string documentName, Func<int, bool> isFine, string text, string description)
        : EntityCheck(fields)
    {
        public override string Description => string.Format(null, description, string.Join(", ", Fields));

        public override JsonObject ToDocument() => new() { [documentName] = new JsonArray([.. Fields.Select(f => JsonValue.Create(f))]) };

        internal override void Run(CheckContext context)
        {
            if (!isFine(Fields.Count(context.IsSet)))
            {
                context.FailRecord(string.Format(null, text, Quote(Fields)));
            }
        }
    }

    private sealed class BooleanCheck(bool value, string[] fields) : EntityCheck(fields)
    {
        private readonly string _value = value ? "true" : "false";

        public override string Description => $"At least one of {string.Join(", ", Fields)} must be {_value}.";

        internal override void Run(CheckContext context)
        {
            if (!Fields.Any(f => context.Text(f) == _value))
            {
                context.FailRecord($"at least one of these fields must be {_value}: {Quote(Fields)}");
            }
        }
    }

    private sealed class DistinctCheck(string[] fields) : EntityCheck(fields)
    {
        public override string Description => $"The values of {string.Join(", ", Fields)} must differ.";

        public override JsonObject ToDocument() => new() { ["distinct"] = new JsonArray([.. Fields.Select(f => JsonValue.Create(f))]) };

        internal override void Run(CheckContext context)
        {
            var values = Fields.Where(context.IsSet).Select(f => context.Get(f)!.ToJsonString()).ToList();
            if (values.Distinct().Count() != values.Count)
            {
                context.FailRecord($"values of these fields must be distinct: {Quote(Fields)}");
            }
        }
    }

    private sealed class ConditionalCheck(string ifField, IReadOnlyList<string> values, Then then, string? text)
        : EntityCheck([ifField, then.Field])
    {
        public override string Description => text
            ?? $"When {Fields[0]} is {string.Join(" or ", values)}, {Fields[1]} {then.Description}.";

        public override JsonObject ToDocument() => new()
        {
            ["conditional"] = new JsonObject
            {
                ["if_field"] = Fields[0],
                ["if_match"] = new JsonObject { ["one_of"] = new JsonArray([.. values.Select(v => JsonValue.Create(v))]) },
                ["then_field"] = Fields[1],
                ["then_match"] = then.ToDocument(),
            },
        };

        internal override void Run(CheckContext context)
        {
            var applies = context.Get(Fields[0]) is JsonArray list
                ? list.Any(item => values.Contains(CheckContext.TextOf(item)))
                : values.Contains(context.Text(Fields[0]));
            if (applies && then.Check(context.Get(Fields[1])) is { } fault)
            {
                context.Fail(Fields[1], fault);
                context.FailRecord(text ?? $"failed conditional validation given value of field '{Fields[0]}'");
            }
        }
    }

    private sealed class CustomCheck(string description, Action<CheckContext> check) : EntityCheck([])
    {
        public override string Description => description;

        internal override void Run(CheckContext context) => check(context);
    }
}

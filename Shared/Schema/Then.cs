using System.Text.Json.Nodes;

namespace Gateway.Shared.Schema;

/// <summary>The condition of <see cref="EntityCheck.Conditional"/> on the second field.</summary>
public sealed class Then
{
    private readonly Func<JsonNode?, string?> _check;
    private readonly JsonObject _document;

    private Then(string field, string description, JsonObject document, Func<JsonNode?, string?> check)
    {
        Field = field;
        Description = description;
        _document = document;
        _check = check;
    }

    public string Field { get; }

    public string Description { get; }

    public static Then Required(string field) => new(
        field,
        "is required",
        new JsonObject { ["required"] = true },
        value => CheckContext.IsNonEmpty(value) ? null : "required field missing");

    public static Then Null(string field) => new(
        field,
        "must be empty",
        new JsonObject { ["eq"] = null },
        value => value is null ? null : "value must be null");

    /// <summary>A list or map that must be unset or empty.</summary>
    public static Then Empty(string field) => new(
        field,
        "must be empty",
        new JsonObject { ["len_eq"] = 0 },
        value => CheckContext.IsNonEmpty(value) ? "length must be 0" : null);

    public static Then OneOf(string field, params string[] values) => new(
        field,
        $"must be one of {string.Join(", ", values)}",
        new JsonObject { ["one_of"] = new JsonArray([.. values.Select(v => JsonValue.Create(v))]) },
        value => value is null || values.Contains(CheckContext.TextOf(value)) ? null : $"expected one of: {string.Join(", ", values)}");

    /// <param name="value">Value as text: <c>false</c>, <c>0</c>.</param>
    public static Then Equal(string field, string value) => new(
        field,
        $"must be {value}",
        new JsonObject { ["eq"] = value },
        actual => actual is null || CheckContext.TextOf(actual) == value ? null : $"value must be {value}");

    internal string? Check(JsonNode? value) => _check(value);

    internal JsonNode ToDocument() => _document.DeepClone();
}

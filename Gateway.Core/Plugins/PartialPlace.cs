using System.Reflection;
using Gateway.Shared.Schema;

namespace Gateway.Core.Plugins;

/// <summary>Where a plugin's config takes a partial.</summary>
/// <param name="Type">Type of the partials that fit.</param>
/// <param name="Path">Dotted, from the config on: <c>vectordb.redis</c>.</param>
/// <param name="Record">What stands there.</param>
/// <param name="IsList">A list to which each linked partial adds one element; else a record that one partial stands for.</param>
internal sealed record PartialPlace(string Type, string Path, RecordSchema Record, bool IsList)
{
    private const string Prefix = "config.";

    /// <summary>How clients say that a list grows by the partial instead of giving way to it.</summary>
    private const string Append = "[]";

    /// <summary>The path as links give it: <c>config.vectordb.redis</c>, <c>config.targets[]</c>.</summary>
    public string LinkPath => IsList ? Prefix + Path + Append : Prefix + Path;

    /// <summary>All places of a config, outer ones first.</summary>
    public static IReadOnlyList<PartialPlace> In(RecordSchema config) => [.. In(config, "")];

    /// <summary>Whether a link with this path means this place.</summary>
    public bool IsAt(string path) => path == LinkPath || path == Path || path == Prefix + Path;

    private static IEnumerable<PartialPlace> In(RecordSchema schema, string prefix)
    {
        foreach (var field in schema.Fields)
        {
            var record = field.Record ?? field.Elements?.Record;
            if (record?.RecordType.GetCustomAttribute<PartialAttribute>() is { } partial)
            {
                yield return new PartialPlace(partial.Type, prefix + field.Name, record, field.Record is null);
            }

            foreach (var inner in field.Record is null ? [] : In(field.Record, $"{prefix}{field.Name}."))
            {
                yield return inner;
            }
        }
    }
}

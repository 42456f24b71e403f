using Gateway.Core.Logging;
using Gateway.Shared.Usage;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs.Facets;

/// <summary>The columns of a facet, in one order for writing and reading.</summary>
internal static class FacetColumns
{
    public static readonly IReadOnlyList<string> Names =
    [
        "status", "outcome", "method", "is_llm", "is_stream", "usage_source", "provider", "model", "requested_model", "route", "service", "consumer", "agent",
    ];

    /// <summary>For a SELECT from <c>facets f</c>.</summary>
    public static string Selected { get; } = string.Join(", ", Names.Select(n => "f." + n));

    public static Facet Of(RequestRow row) => new(
        row.Status,
        OutcomeNames.NameOf(row.Outcome),
        row.Method,
        row.IsLlm,
        row.IsStream,
        row.UsageSource switch { UsageSource.Provider => "provider", UsageSource.Estimate => "estimate", _ => null },
        row.Provider,
        row.Model,
        row.RequestedModel,
        row.RouteName,
        row.ServiceName,
        row.ConsumerName,
        row.Agent);

    public static LogValue[] Values(Facet facet) =>
    [
        facet.Status, facet.Outcome, facet.Method, facet.IsLlm, facet.IsStream, facet.UsageSource, facet.Provider, facet.Model,
        facet.RequestedModel, facet.Route, facet.Service, facet.Consumer, facet.Agent,
    ];

    /// <summary>Reads a facet whose columns begin at <paramref name="next"/>.</summary>
    public static Facet Read(SqliteDataReader reader, int next) => new(
        reader.GetInt32(next++),
        reader.GetString(next++),
        reader.GetString(next++),
        reader.GetInt64(next++) != 0,
        reader.GetInt64(next++) != 0,
        Text(reader, next++),
        Text(reader, next++),
        Text(reader, next++),
        Text(reader, next++),
        Text(reader, next++),
        Text(reader, next++),
        Text(reader, next++),
        Text(reader, next));

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}

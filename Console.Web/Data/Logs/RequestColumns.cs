using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Gateway.Shared.Usage;
using Microsoft.Data.Sqlite;

namespace ConsoleWeb.Data.Logs;

/// <summary>The columns that lists read, in one order for writing and reading.</summary>
internal static class RequestColumns
{
    /// <summary>Cost is stored as a whole number of this part of the currency unit, so that sums are exact.</summary>
    private const decimal CostUnit = 0.000_000_000_001m;

    private static readonly string[] Names =
    [
        "seq", "request_id", "started_at", "status", "outcome", "outcome_detail", "error", "method", "path", "route", "service", "consumer",
        "agent", "user_agent", "session_id", "provider", "requested_model", "model", "is_llm", "is_stream", "input_tokens",
        "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "usage_source", "cost", "ttft_ms", "total_ms", "gateway_ms",
    ];

    /// <summary>For a SELECT from <c>requests r</c>.</summary>
    public static string Selected { get; } = string.Join(", ", Names.Select(n => "r." + n));

    /// <summary>A row whose request is stored already is left as it is: a batch whose commit was in doubt may come twice.</summary>
    public static string Insert { get; } =
        $"INSERT INTO requests ({string.Join(", ", Names)}) VALUES ({string.Join(", ", Names.Select(n => "@" + n))}) ON CONFLICT (request_id) DO NOTHING";

    public static SqliteParameter[] AddParameters(SqliteCommand command) => [.. Names.Select(n => command.Parameters.Add(new SqliteParameter { ParameterName = "@" + n }))];

    /// <summary>Sets the parameters from <see cref="AddParameters"/>.</summary>
    public static void Bind(SqliteParameter[] parameters, RequestRow row)
    {
        ReadOnlySpan<object?> values =
        [
            row.Sequence, row.RequestId, row.StartedAt.ToUnixTimeMilliseconds(), (long)row.Status, OutcomeNames.NameOf(row.Outcome),
            row.OutcomeDetail, row.ErrorMessage, row.Method, row.Path, row.RouteName, row.ServiceName, row.ConsumerName,
            row.Agent, row.UserAgent, row.SessionId, row.Provider, row.RequestedModel, row.Model, row.IsLlm ? 1L : 0L, row.IsStream ? 1L : 0L,
            row.InputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.OutputTokens, row.ReasoningTokens,
            row.UsageSource switch { UsageSource.Provider => "provider", UsageSource.Estimate => "estimate", _ => null },
            row.Cost is { } cost ? ToUnits(cost) : null, row.TimeToFirstTokenMs, row.TotalMs, row.GatewayMs,
        ];
        for (var i = 0; i < parameters.Length; i++)
        {
            parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }

    /// <summary>Reads a row that was selected with <see cref="Selected"/> first.</summary>
    public static RequestRow Read(SqliteDataReader reader)
    {
        var next = 0;
        return new RequestRow
        {
            Sequence = reader.GetInt64(next++),
            RequestId = reader.GetString(next++),
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(next++)),
            Status = reader.GetInt32(next++),
            Outcome = OutcomeNames.Find(reader.GetString(next++)) ?? RequestOutcome.Interrupted,
            OutcomeDetail = Text(reader, next++),
            ErrorMessage = Text(reader, next++),
            Method = reader.GetString(next++),
            Path = reader.GetString(next++),
            RouteName = Text(reader, next++),
            ServiceName = Text(reader, next++),
            ConsumerName = Text(reader, next++),
            Agent = Text(reader, next++),
            UserAgent = Text(reader, next++),
            SessionId = Text(reader, next++),
            Provider = Text(reader, next++),
            RequestedModel = Text(reader, next++),
            Model = Text(reader, next++),
            IsLlm = reader.GetInt64(next++) != 0,
            IsStream = reader.GetInt64(next++) != 0,
            InputTokens = reader.GetInt64(next++),
            CacheReadTokens = reader.GetInt64(next++),
            CacheWriteTokens = reader.GetInt64(next++),
            OutputTokens = reader.GetInt64(next++),
            ReasoningTokens = reader.GetInt64(next++),
            UsageSource = Text(reader, next++) switch { "provider" => UsageSource.Provider, "estimate" => UsageSource.Estimate, _ => null },
            Cost = reader.IsDBNull(next++) ? null : ToCost(reader.GetInt64(next - 1)),
            TimeToFirstTokenMs = Number(reader, next++),
            TotalMs = Number(reader, next++),
            GatewayMs = Number(reader, next),
        };
    }

    public static decimal ToCost(long units) => units * CostUnit;

    private static long ToUnits(decimal cost) => (long)Math.Clamp(Math.Round(cost / CostUnit), long.MinValue / 2, long.MaxValue / 2);

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static double? Number(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);
}

using System.Globalization;
using System.Text;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Features.Requests;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>A filter's requests as a download that is written while it is read: whole records as JSON lines, or rows for a spreadsheet.</summary>
internal sealed class LogExport(IRequestLogStore store, RequestFilter filter, bool isCsv, bool hasPayloads) : IResult
{
    /// <summary>Rows of one download.</summary>
    private const int MostRows = 1_000_000;

    private const int PageSize = 500;

    private static readonly (string Name, Func<RequestRow, object?> Value)[] Columns =
    [
        ("started_at", r => r.StartedAt.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
        ("request_id", r => r.RequestId),
        ("status", r => r.Status),
        ("outcome", r => LogFields.Outcome.Value(r)),
        ("outcome_detail", r => r.OutcomeDetail),
        ("error", r => r.ErrorMessage),
        ("method", r => r.Method),
        ("path", r => r.Path),
        ("route", r => r.RouteName),
        ("service", r => r.ServiceName),
        ("consumer", r => r.ConsumerName),
        ("agent", r => r.Agent),
        ("session", r => r.SessionId),
        ("provider", r => r.Provider),
        ("requested_model", r => r.RequestedModel),
        ("model", r => r.Model),
        ("stream", r => r.IsStream ? "true" : "false"),
        ("input_tokens", r => r.InputTokens),
        ("cache_read_tokens", r => r.CacheReadTokens),
        ("cache_write_tokens", r => r.CacheWriteTokens),
        ("output_tokens", r => r.OutputTokens),
        ("reasoning_tokens", r => r.ReasoningTokens),
        ("cost", r => r.Cost),
        ("time_to_first_token_ms", r => r.TimeToFirstTokenMs),
        ("total_ms", r => r.TotalMs),
        ("gateway_ms", r => r.GatewayMs),
        ("request_bytes", r => r.RequestSize),
        ("response_bytes", r => r.ResponseSize),
    ];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"requests.{(isCsv ? "csv" : "jsonl")}\"";
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        var text = new StringBuilder();
        if (isCsv)
        {
            text.AppendJoin(',', Columns.Select(c => c.Name)).Append("\r\n");
        }

        long? before = null;
        for (var rows = 0; rows < MostRows;)
        {
            var page = await AppendAsync(text, before, Math.Min(PageSize, MostRows - rows), httpContext.RequestAborted);
            await response.WriteAsync(text.ToString(), httpContext.RequestAborted);
            text.Clear();
            if (page.Count < PageSize)
            {
                return;
            }

            (rows, before) = (rows + page.Count, page.Last);
        }
    }

    private async Task<(int Count, long? Last)> AppendAsync(StringBuilder text, long? before, int size, CancellationToken cancellationToken)
    {
        if (isCsv)
        {
            var rows = await store.ListAsync(filter, before, size, cancellationToken);
            foreach (var row in rows)
            {
                text.AppendJoin(',', Columns.Select(c => Csv.Cell(c.Value(row)))).Append("\r\n");
            }

            return (rows.Count, rows.Count > 0 ? rows[^1].Sequence : null);
        }

        var records = await store.ListStoredAsync(filter, before, size, hasPayloads, cancellationToken);
        foreach (var stored in records)
        {
            text.Append(stored.Record.ToJsonString(AdminJson.Relaxed)).Append('\n');
        }

        return (records.Count, records.Count > 0 ? records[^1].Row.Sequence : null);
    }
}

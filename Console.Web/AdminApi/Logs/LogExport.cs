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

    /// <summary>What the columns of the table mean, for the reference.</summary>
    public static string ColumnsText { get; } = string.Join("; ", LogExportColumn.All.Select(c => $"`{c.Name}` {c.Meaning}"));

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
            text.AppendJoin(',', LogExportColumn.All.Select(c => c.Name)).Append("\r\n");
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
                text.AppendJoin(',', LogExportColumn.All.Select(c => Csv.Cell(c.Value(row)))).Append("\r\n");
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

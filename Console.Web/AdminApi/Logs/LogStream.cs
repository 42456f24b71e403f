using System.Globalization;
using System.Text;
using ConsoleWeb.Data.Logs;
using ConsoleWeb.Data.Logs.Filters;
using ConsoleWeb.Live;
using Gateway.Core.Logging;
using Gateway.Shared.Logging;
using Microsoft.AspNetCore.Http.Features;

namespace ConsoleWeb.AdminApi.Logs;

/// <summary>The live tail as server-sent events. A reader that cannot keep up is told how many events it missed; it never holds anything up.</summary>
internal sealed class LogStream(IRequestFeed feed, IRequestLogStore store, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const RecordParts Parts = RecordParts.Entities | RecordParts.Aliases | RecordParts.Gatehouse;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>A reader that takes nothing for this long is let go.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public IResult Follow(RequestFilter filter, bool isInFlight) => new Tail(this, filter, isInFlight);

    private async Task RunAsync(HttpContext http, RequestFilter filter, bool isInFlight)
    {
        var response = http.Response;
        response.ContentType = "text/event-stream";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        using var reader = feed.Subscribe();
        using var text = new PooledBuffer(16 * 1024);
        try
        {
            // Something at once, so that the caller knows that from here on nothing is missed.
            Append(text, ": following\n\n");
            await SendAsync(http, text, ending.Token);
            var bodies = new BodyMatches(store, filter, time);
            var sentAt = time.GetTimestamp();
            while (true)
            {
                await reader.WaitAsync(bodies.IsWaiting ? BodyMatches.Interval : KeepAlive, ending.Token);
                Write(text, reader.Read(), filter, isInFlight, bodies);
                foreach (var found in await bodies.TakeAsync(ending.Token))
                {
                    Write(text, found);
                }

                if (text.Length == 0 && time.GetElapsedTime(sentAt) >= KeepAlive)
                {
                    Append(text, ": keep-alive\n\n");
                }

                if (text.Length > 0)
                {
                    sentAt = time.GetTimestamp();
                }

                await SendAsync(http, text, ending.Token);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The caller or the program has ended.
        }
        catch (OperationCanceledException)
        {
            http.Abort();
        }
    }

    private static void Write(PooledBuffer text, FeedBatch batch, RequestFilter filter, bool isInFlight, BodyMatches bodies)
    {
        if (batch.Skipped > 0)
        {
            Append(text, string.Create(CultureInfo.InvariantCulture, $"event: skipped\ndata: {{\"skipped\":{batch.Skipped}}}\n\n"));
        }

        foreach (var item in batch.Events)
        {
            if (item.Kind != FeedEventKind.Finished && !isInFlight)
            {
                continue;
            }

            if (filter.Matches(RequestRows.FromRunning(item.Record)))
            {
                Write(text, item);
            }
            else
            {
                bodies.TryAdd(item);
            }
        }
    }

    private static void Write(PooledBuffer text, FeedEvent item)
    {
        var start = text.Length;
        Append(text, item.Kind switch
        {
            FeedEventKind.Started => "event: started\ndata: ",
            FeedEventKind.Headers => "event: headers\ndata: ",
            FeedEventKind.FirstToken => "event: first_token\ndata: ",
            FeedEventKind.Progress => "event: progress\ndata: ",
            _ => "event: finished\ndata: ",
        });
        if (TryWrite(text, item.Record))
        {
            Append(text, "\n\n");
        }
        else
        {
            text.CutTo(start);
        }
    }

    /// <returns>False when a record that still moves changed under the pen; its next event will tell.</returns>
    private static bool TryWrite(PooledBuffer text, RequestRecord record)
    {
        try
        {
            using var json = new JsonLineWriter();
            RequestRecordWriter.Write(json, record, Parts);
            text.Append(json.WrittenSpan);
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }

    private static async Task SendAsync(HttpContext http, PooledBuffer text, CancellationToken ending)
    {
        if (text.Length == 0)
        {
            return;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ending);
        patience.CancelAfter(Patience);
        await http.Response.Body.WriteAsync(text.WrittenMemory, patience.Token);
        await http.Response.Body.FlushAsync(patience.Token);
        text.Clear();
    }

    private static void Append(PooledBuffer text, string line)
    {
        var length = Encoding.UTF8.GetBytes(line, text.GetSpan(Encoding.UTF8.GetMaxByteCount(line.Length)));
        text.Advance(length);
    }

    private sealed class Tail(LogStream stream, RequestFilter filter, bool isInFlight) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => stream.RunAsync(httpContext, filter, isInFlight);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.ViewersBench;

/// <summary>
/// One page of the console as the server sees it: its circuit is opened as a browser opens it, every batch is acknowledged, every call into
/// the page answered, and a list is told that it can be seen. Nothing is drawn.
/// </summary>
internal sealed partial class Viewer : IAsyncDisposable
{
    private readonly HubConnection _connection;
    private int _objects = 1000;
    private long _batches;
    private long _bytes;

    private Viewer(Uri console, string cookie)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(console, "_blazor"), options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.Headers.Add("Cookie", cookie);
            options.Headers.Add("Origin", console.GetLeftPart(UriPartial.Authority));
        });
        builder.Services.AddSingleton<IHubProtocol>(new BlazorPack());
        _connection = builder.Build();
        _connection.On<long, byte[]>("JS.RenderBatch", DrawAsync);
        _connection.On<long, string, string, int, long, int>("JS.BeginInvokeJS", AnswerAsync);
        _connection.On<string>("JS.Error", error => Console.Error.WriteLine(error));
        foreach (var (name, types) in (ReadOnlySpan<(string, Type[])>)[("JS.AttachComponent", [typeof(int), typeof(string)]), ("JS.EndInvokeDotNet", [typeof(string), typeof(bool), typeof(string)]), ("JS.EndUpdateRootComponents", [typeof(long)])])
        {
            _connection.On(name, types, static (_, _) => Task.CompletedTask, new object());
        }
    }

    public bool IsOpen => _connection.State == HubConnectionState.Connected;

    public static async Task<Viewer> OpenAsync(Uri console, string path, string cookie)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        http.DefaultRequestHeaders.Add("Cookie", cookie);
        var page = new Uri(console, path);
        var html = await http.GetStringAsync(page);
        var markers = Marker().Matches(html).Select(m => JsonNode.Parse(m.Groups[1].Value)!).ToList();
        if (markers.Count == 0)
        {
            throw new InvalidOperationException($"{page} holds no component; is the session still good?");
        }

        var viewer = new Viewer(console, cookie);
        await viewer._connection.StartAsync();
        var circuit = await viewer._connection.InvokeAsync<string?>("StartCircuit", console.AbsoluteUri, page.AbsoluteUri, "[]", "");
        if (circuit is null)
        {
            throw new InvalidOperationException("The server opened no circuit.");
        }

        var operations = markers.Select((marker, i) => new JsonObject { ["type"] = "add", ["ssrComponentId"] = i + 1, ["marker"] = marker.DeepClone() });
        var batch = new JsonObject { ["batchId"] = 1, ["operations"] = new JsonArray([.. operations]) };
        await viewer._connection.SendAsync("UpdateRootComponents", batch.ToJsonString(), State().Match(html) is { Success: true } state ? state.Groups[1].Value : "");
        return viewer;
    }

    /// <summary>How many were drawn since the last call.</summary>
    public long TakeBatches() => Interlocked.Exchange(ref _batches, 0);

    /// <summary>How much came since the last call, without frames.</summary>
    public long TakeBytes() => Interlocked.Exchange(ref _bytes, 0);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private Task DrawAsync(long id, byte[] batch)
    {
        Interlocked.Increment(ref _batches);
        Interlocked.Add(ref _bytes, batch.Length);
        return _connection.SendAsync("OnRenderCompleted", id, (string?)null);
    }

    private async Task AnswerAsync(long handle, string identifier, string arguments, int resultType, long target, int callType)
    {
        const int reference = 1;
        JsonNode? result = resultType == reference ? new JsonObject { ["__jsObjectId"] = Interlocked.Increment(ref _objects) }
            : identifier == "gatehouse.timeZone" ? "UTC" : null;
        if (handle != 0)
        {
            await _connection.SendAsync("EndInvokeJSFromDotNet", handle, true, new JsonArray(handle, true, result).ToJsonString());
        }

        if (identifier == "Blazor._internal.Virtualize.init" && JsonNode.Parse(arguments)?[0]?["__dotNetObject"] is { } list)
        {
            // Far below what is drawn lies more, in a window of 800 pixels.
            await _connection.SendAsync("BeginInvokeDotNetFromJS", "1", null, "OnSpacerAfterVisible", list.GetValue<long>(), JsonSerializer.Serialize(new double[] { 100_000, 0, 800 }));
        }
    }

    [GeneratedRegex("<!--Blazor:(\\{.*?\\})-->")]
    private static partial Regex Marker();

    [GeneratedRegex("<!--Blazor-Server-Component-State:(.*?)-->")]
    private static partial Regex State();
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.LogBench.Week;

/// <summary>All providers in one: answers each call as it was planned.</summary>
internal sealed class Provider : IAsyncDisposable
{
    /// <summary>Tells the provider which call it is; the gateway passes headers that it does not know.</summary>
    public const string Header = "x-week-call";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<int, PlannedCall> _calls = [];

    private Provider(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    public static async Task<Provider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var provider = new Provider(app);
        app.Run(provider.AnswerAsync);
        await app.StartAsync();
        provider.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return provider;
    }

    public void Expect(PlannedCall call) => _calls[call.Number] = call;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var call = _calls[int.Parse(http.Request.Headers[Header].ToString(), CultureInfo.InvariantCulture)];
        await http.Request.Body.CopyToAsync(Stream.Null);
        var response = http.Response;
        response.StatusCode = call.Ending == Ending.Refused ? call.Status : StatusCodes.Status200OK;
        response.ContentType = call.IsStream && call.Ending != Ending.Refused ? "text/event-stream" : "application/json";
        var bytes = Encoding.UTF8.GetBytes(call.Answer);
        if (call.Ending is Ending.Whole or Ending.Refused)
        {
            await response.Body.WriteAsync(bytes);
            return;
        }

        // In two pieces, as networks deliver, and then nothing more.
        await response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
        await response.Body.FlushAsync();
        await response.Body.WriteAsync(bytes.AsMemory(bytes.Length / 2));
        await response.Body.FlushAsync();
        if (call.Ending == Ending.Cut)
        {
            await Task.WhenAny(call.Seen.Task, Task.Delay(TimeSpan.FromSeconds(20)));
            http.Abort();
            return;
        }

        try
        {
            await Task.Delay(TimeSpan.FromSeconds(20), http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client has left, and the gateway with it.
        }
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ConsoleWeb.Tests.Hosting;
using Gateway.Core.Configuration;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ConsoleWeb.Tests.AdminApi;

/// <summary>One running product for the tests of a class, which keep apart by the names they use.</summary>
public sealed class AdminFixture : IAsyncLifetime
{
    private TestHost? _host;

    internal TestHost Host => _host ?? throw new InvalidOperationException("The host has not started.");

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    /// <summary>A name that no other test uses.</summary>
    internal static string NewName() => "n-" + Guid.NewGuid().ToString("N");

    /// <summary>Creates an entity and returns it.</summary>
    internal async Task<JsonObject> CreateAsync(string collection, string json)
    {
        var answer = await Host.PostAsync(collection, json);
        Assert.True(answer.Status == HttpStatusCode.Created, $"{answer.Status} {answer.Text}");
        return answer.Json;
    }

    /// <summary>Creates a service and returns its id.</summary>
    internal async Task<string> CreateServiceAsync(string? name = null) =>
        (await CreateAsync("/services", $$"""{"name":"{{name ?? NewName()}}","host":"up.example"}"""))["id"]!.ToString();

    /// <summary>The config that a plugin runs with.</summary>
    internal JsonObject Running(JsonObject plugin) => Host.Services.GetRequiredService<SnapshotHolder>().Current!.Config.Plugins
        .Single(p => p.Id.ToString() == plugin["id"]!.ToString()).Config;

    /// <summary>Sends a form as curl's <c>-d</c> does.</summary>
    internal Task<Answer> SendFormAsync(HttpMethod method, string path, string form) =>
        SendBodyAsync(method, path, new StringContent(form, new MediaTypeHeaderValue("application/x-www-form-urlencoded")));

    /// <summary>Calls the Admin API with any body.</summary>
    internal Task<Answer> SendBodyAsync(HttpMethod method, string path, HttpContent? body)
    {
        var request = new HttpRequestMessage(method, new Uri(Host.AdminUrl, path)) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Host.Token);
        return Host.SendAsync(request);
    }

    /// <summary>Compares a status and a whole body.</summary>
    internal static void AssertIs(HttpStatusCode status, string json, Answer answer)
    {
        Assert.Equal((status, CanonicalJson.Of(json)), (answer.Status, CanonicalJson.Of(answer.Text)));
        Assert.Equal("application/json; charset=utf-8", answer.Headers["Content-Type"]);
    }
}

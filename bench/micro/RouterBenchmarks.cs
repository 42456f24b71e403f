using BenchmarkDotNet.Attributes;
using Gateway.Core.Routing;
using Gateway.Shared.Contracts;
using Microsoft.AspNetCore.Http;

namespace Gateway.MicroBench;

/// <summary>One match among so many routes.</summary>
public class RouterBenchmarks
{
    private GatewayRouter _router = null!;
    private HeaderDictionary _headers = null!;

    [Params(1, 100, 5000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var routes = Enumerable.Range(0, Routes)
            .Select(i => new RouteConfig { Id = Guid.NewGuid(), Name = $"route-{i}", Paths = [$"/team-{i}/api"] })
            .Append(new RouteConfig { Id = Guid.NewGuid(), Name = "expression", Paths = ["~/v1/(?<model>[^/]+)/chat$"] });
        _router = new GatewayRouter([.. routes], []);
        _headers = new HeaderDictionary { ["Content-Type"] = "application/json", ["User-Agent"] = "bench" };
    }

    [Benchmark]
    public object? Prefix() => _router.Match(Request($"/team-0/api/chat"));

    [Benchmark]
    public object? Expression() => _router.Match(Request("/v1/gpt-5/chat"));

    [Benchmark]
    public object? Nothing() => _router.Match(Request("/nothing/here"));

    private RouteRequest Request(string path) => new("POST", "localhost", 8000, path, _headers, false, null);
}

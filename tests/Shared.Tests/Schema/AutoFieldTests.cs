using Gateway.Shared.Schema;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Shared.Tests.Schema;

public sealed class AutoFieldTests
{
    private static readonly FakeTimeProvider Time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123));

    [Fact]
    public void Normalise_AbsentIdKeyAndTimes_AreMade()
    {
        var (one, other) = (Shop("""{"name":"Corner"}"""), Shop("""{"name":"Corner"}"""));

        Assert.True(Guid.TryParseExact((string?)one["id"], "D", out _));
        Assert.Matches("^[0-9A-Za-z]{32}$", (string?)one["till_key"]);
        Assert.NotEqual((string?)one["id"], (string?)other["id"]);
        Assert.NotEqual((string?)one["till_key"], (string?)other["till_key"]);
    }

    [Fact]
    public void Normalise_Times_AreWholeSecondsInIntegers_AndHaveMillisecondsInNumbers()
    {
        var shop = Shop("""{"name":"Corner"}""");

        Assert.Equal("1700000000", shop["created_at"]!.ToJsonString());
        Assert.Equal("1700000000.123", shop["updated_at"]!.ToJsonString());
    }

    [Fact]
    public void Normalise_GivenValues_AreKept_ButTheTimeOfChangeIsOurs()
    {
        var shop = Shop("""{"name":"Corner","id":"0198A7C0-1111-7000-8000-00000000000A","till_key":"mine","created_at":5,"updated_at":5}""");

        Assert.Equal("0198a7c0-1111-7000-8000-00000000000a", (string?)shop["id"]);
        Assert.Equal(("mine", 5L), ((string?)shop["till_key"], (long)shop["created_at"]!));
        Assert.Equal(1700000000.123, (double)shop["updated_at"]!);
    }

    [Fact]
    public void Normalise_WithoutFilling_LeavesThemUnset()
    {
        var shop = Documents.Accepted(SchemaNormaliser.Normalise(
            Documents.Shop, Documents.Json("""{"name":"Corner"}"""), new NormaliseOptions { FillAuto = false }));

        Assert.All(["id", "till_key", "created_at", "updated_at"], name => Assert.Null(shop[name]));
    }

    private static System.Text.Json.Nodes.JsonObject Shop(string json) =>
        Documents.Accepted(SchemaNormaliser.Normalise(Documents.Shop, Documents.Json(json), new NormaliseOptions { Time = Time }));
}

using System.Text.Json;

namespace ConsoleWeb.Tests.AdminApi.Deck;

/// <summary>The reader of the conversations refuses what a Go client would.</summary>
public sealed class GoTypesTests
{
    private const string Id = "\"id\":\"0d3f2c1b-7a55-4a7e-9c3e-2f60a1b0c9d8\"";

    [Theory]
    [InlineData("services", "\"port\":80.0", "services.port: expected an integer, got 80.0")]
    [InlineData("services", "\"created_at\":1e9", "services.created_at: expected an integer, got 1e9")]
    [InlineData("services", "\"created_at\":\"2026-01-01\"", "services.created_at: expected an integer, got \"2026-01-01\"")]
    [InlineData("routes", "\"paths\":{}", "routes.paths: expected a list, got {}")]
    [InlineData("routes", "\"paths\":[1]", "routes.paths[0]: expected a text, got 1")]
    [InlineData("routes", "\"headers\":{\"a\":\"b\"}", "routes.headers.a: expected a list, got \"b\"")]
    [InlineData("plugins", "\"service\":\"some\"", "plugins.service: expected a reference, got \"some\"")]
    [InlineData("plugins", "\"config\":[]", "plugins.config: expected an object, got []")]
    [InlineData("upstreams", "\"healthchecks\":{\"active\":{\"healthy\":{\"interval\":0.5}}}", "upstreams.healthchecks.active.healthy.interval: expected an integer, got 0.5")]
    public void Check_TypeThatGoRefuses_NamesThePlace(string collection, string member, string message)
    {
        using var entity = JsonDocument.Parse($"{{{Id},{member}}}");

        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => GoTypes.Check(collection, entity.RootElement)).Message);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"id":"0D3F2C1B-7A55-4A7E-9C3E-2F60A1B0C9D8"}""")]
    public void Check_NoIdOrAnotherSpelling_Fails(string json)
    {
        using var entity = JsonDocument.Parse(json);

        Assert.Throws<InvalidDataException>(() => GoTypes.Check("services", entity.RootElement));
    }

    [Fact]
    public void Check_NullsFractionsOfTargetsAndUnknownMembers_Pass()
    {
        using var target = JsonDocument.Parse($"{{{Id},\"created_at\":1.5,\"tags\":null,\"more\":[1]}}");

        GoTypes.Check("targets", target.RootElement);
    }
}

using System.Text.Json.Nodes;
using Gateway.Shared.Schema;
using Gateway.Testing;

namespace Gateway.Shared.Tests.Schema;

public sealed class FormBodyTests
{
    [Theory]
    [InlineData("name=Corner", """{"name":"Corner"}""")]
    [InlineData("name=5&remark=true", """{"name":"5","remark":"true"}""")]
    [InlineData("floors=3&till_port=-1", """{"floors":3,"till_port":-1}""")]
    [InlineData("rating=4.5&is_open=false", """{"rating":4.5,"is_open":false}""")]
    [InlineData("floors=", """{"floors":null}""")]
    [InlineData("name=a&name=b", """{"name":"b"}""")]
    [InlineData("address.street=Dam&address.country_code=be", """{"address":{"street":"Dam","country_code":"be"}}""")]
    [InlineData("address[street]=Dam", """{"address":{"street":"Dam"}}""")]
    [InlineData("address=", """{"address":null}""")]
    [InlineData("labels=a", """{"labels":["a"]}""")]
    [InlineData("labels=a&labels=b", """{"labels":["a","b"]}""")]
    [InlineData("labels[]=a&labels[]=b", """{"labels":["a","b"]}""")]
    [InlineData("labels[2]=b&labels[1]=a", """{"labels":["a","b"]}""")]
    [InlineData("labels.1=a&labels.2=b", """{"labels":["a","b"]}""")]
    [InlineData("labels=", """{"labels":null}""")]
    [InlineData("hours[]=8&hours[]=9", """{"hours":[8,9]}""")]
    [InlineData("hours[10]=10&hours[9]=9", """{"hours":[9,10]}""")]
    [InlineData("prices.tea=2&prices[green-tea]=2.5", """{"prices":{"tea":2,"green-tea":2.5}}""")]
    [InlineData("doors[1].width=90&doors[1].colour=blue&doors[2].width=80", """{"doors":[{"width":90,"colour":"blue"},{"width":80}]}""")]
    [InlineData("doors[1][width]=90", """{"doors":[{"width":90}]}""")]
    [InlineData("owner.id=5", """{"owner":{"id":"5"}}""")]
    [InlineData("owner.name=ada", """{"owner":{"name":"ada"}}""")]
    [InlineData("owner=", """{"owner":null}""")]
    [InlineData("extra.a.b=1&extra.c=x", """{"extra":{"a":{"b":"1"},"c":"x"}}""")]
    [InlineData("unknown.thing[]=1&unknown.thing[]=2", """{"unknown":{"thing":["1","2"]}}""")]
    public void ToJson_FollowsTheTypesOfTheSchema(string form, string json) =>
        Assert.Equal(CanonicalJson.Of(json), CanonicalJson.Of(FormBody.ToJson(Pairs(form), Documents.Shop)));

    [Theory]
    [InlineData("floors=many", "floors", "expected an integer")]
    [InlineData("floors=2.5", "floors", "expected an integer")]
    [InlineData("rating=NaN", "rating", "expected a number")]
    [InlineData("is_open=yes", "is_open", "expected a boolean")]
    [InlineData("hours[]=8&hours[]=late", "hours.2", "expected an integer")]
    [InlineData("address=here", "address", "expected a record")]
    [InlineData("name[first]=a", "name", "expected a string")]
    public void ToJson_ValueOfAnotherType_StaysForTheValidatorToName(string form, string place, string text)
    {
        var document = FormBody.ToJson(Pairs(form), Documents.Shop);
        document.TryAdd("name", "Corner");

        Assert.Equal([(place, text)], Documents.RefusedShop(document.ToJsonString()).Flatten());
    }

    [Fact]
    public void ToJson_MapOfLists_TakesOneValueOrSeveral()
    {
        var form = FormBody.ToJson(Pairs("headers.x-one=a&headers[x-two][]=b&headers[x-two][]=c"), EntityKinds.Routes.Schema);

        Assert.Equal("""{"headers":{"x-one":["a"],"x-two":["b","c"]}}""", form.ToJsonString());
    }

    [Fact]
    public void ToJson_PluginConfig_FollowsThePluginsSchema_WhereverItsNameStands()
    {
        const string json = """{"config":{"width":90,"code":"7"},"name":"door-keeper"}""";

        Assert.Equal(CanonicalJson.Of(json), CanonicalJson.Of(Plugin("name=door-keeper&config.width=90&config.code=7")));
        Assert.Equal(CanonicalJson.Of(json), CanonicalJson.Of(Plugin("config.width=90&config.code=7&name=door-keeper")));
    }

    [Fact]
    public void ToJson_PatchOfAPlugin_TakesTheNameFromTheStoredOne()
    {
        Assert.Equal("""{"config":{"width":90}}""", Plugin("config.width=90", Documents.Json("""{"name":"door-keeper"}""")).ToJsonString());
        Assert.Equal("""{"config":{"width":"90"}}""", Plugin("config.width=90").ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("...")]
    [InlineData("a[b")]
    [InlineData("labels[")]
    [InlineData("labels[x][y]")]
    [InlineData("doors[][]")]
    [InlineData("address.street.deeper[1].still")]
    public void ToJson_StrangeName_IsRefusedByTheValidatorAtWorst(string name)
    {
        var document = FormBody.ToJson([new("name", "Corner"), new(name, "x")], Documents.Shop);

        var result = SchemaNormaliser.Normalise(Documents.Shop, document);

        Assert.True(result.Error is null or SchemaViolationError);
    }

    private static JsonObject Plugin(string form, JsonObject? existing = null) =>
        FormBody.ToJson(Pairs(form), EntityKinds.Plugins.Schema, new FakePlugins(), existing);

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string form) =>
        form.Split('&').Select(pair => pair.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], p[1]));
}

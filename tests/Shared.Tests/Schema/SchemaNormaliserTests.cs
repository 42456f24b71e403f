using Gateway.Shared.Schema;
using Gateway.Testing;

namespace Gateway.Shared.Tests.Schema;

public sealed class SchemaNormaliserTests
{
    [Fact]
    public void Normalise_LeastDocument_HasEveryFieldWithItsDefaultOrNull()
    {
        var document = Documents.Steady(Documents.AcceptedShop("""{"name":"Corner"}"""));

        Assert.Equal(
            CanonicalJson.Of("""
                {"name":"Corner","kind":"food","floors":1,"status":null,"rating":null,"is_open":true,"remark":null,"hours":null,"labels":null,
                 "prices":null,"address":{"street":null,"country_code":"nl"},"billing":null,"doors":[],"owner":null,"extra":null,
                 "password":null,"codes":null,"till_port":null}
                """),
            CanonicalJson.Of(document));
    }

    [Theory]
    [InlineData("""{"name":null}""", "name", "required field missing")]
    [InlineData("""{"name":5}""", "name", "expected a string")]
    [InlineData("""{"name":""}""", "name", "length must be at least 2")]
    [InlineData("""{"name":"a name of more than twenty"}""", "name", "length must be at most 20")]
    [InlineData("""{"name":"a b"}""", "name", "invalid value 'a b': the only accepted ascii characters are alphanumerics or ., -, _, and ~")]
    [InlineData("""{"kind":""}""", "kind", "length must be at least 1")]
    [InlineData("""{"kind":"cars"}""", "kind", "expected one of: books, food")]
    [InlineData("""{"floors":0}""", "floors", "value should be between 1 and 9")]
    [InlineData("""{"floors":"2"}""", "floors", "expected an integer")]
    [InlineData("""{"floors":2.5}""", "floors", "expected an integer")]
    [InlineData("""{"status":201}""", "status", "expected one of: 200, 404")]
    [InlineData("""{"rating":0}""", "rating", "value must be greater than 0")]
    [InlineData("""{"rating":true}""", "rating", "expected a number")]
    [InlineData("""{"rating":1e999}""", "rating", "expected a number")]
    [InlineData("""{"is_open":"true"}""", "is_open", "expected a boolean")]
    [InlineData("""{"is_open":1}""", "is_open", "expected a boolean")]
    [InlineData("""{"till_port":3000000000}""", "till_port", "value should be between -2147483648 and 2147483647")]
    [InlineData("""{"hours":8}""", "hours", "expected an array")]
    [InlineData("""{"hours":{"a":1}}""", "hours", "expected an array")]
    [InlineData("""{"hours":[8,24]}""", "hours.2", "value should be between 0 and 23")]
    [InlineData("""{"hours":[null]}""", "hours.1", "required field missing")]
    [InlineData("""{"labels":"a"}""", "labels", "expected a set")]
    [InlineData("""{"labels":[]}""", "labels", "length must be at least 1")]
    [InlineData("""{"labels":["a","b","c","d"]}""", "labels", "length must be at most 3")]
    [InlineData("""{"prices":[1]}""", "prices", "expected a map")]
    [InlineData("""{"prices":{"tea":"free"}}""", "prices.tea", "expected a number")]
    [InlineData("""{"address":"here"}""", "address", "expected a record")]
    [InlineData("""{"address":{"street":1}}""", "address.street", "expected a string")]
    [InlineData("""{"doors":[{"width":90},{}]}""", "doors.2.width", "required field missing")]
    [InlineData("""{"doors":["front"]}""", "doors.1", "expected a record")]
    [InlineData("""{"owner":"ada"}""", "owner", "expected a record")]
    [InlineData("""{"owner":{}}""", "owner.id", "required field missing")]
    [InlineData("""{"owner":{"id":"ada"}}""", "owner.id", "expected a valid UUID")]
    [InlineData("""{"extra":[]}""", "extra", "expected a record")]
    [InlineData("""{"id":"5"}""", "id", "expected a valid UUID")]
    [InlineData("""{"computed":"x"}""", "computed", "unknown field")]
    public void Normalise_ValueThatDoesNotFit_NamesPlaceAndReason(string json, string place, string text)
    {
        var input = Documents.Json("""{"name":"Corner"}""");
        foreach (var (name, value) in Documents.Json(json))
        {
            input[name] = value?.DeepClone();
        }

        var error = Documents.RefusedShop(input.ToJsonString());

        Assert.Equal([(place, text)], error.Flatten());
        Assert.StartsWith($"schema violation ({place}: {text})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Normalise_Name_CountsBytesAsTheOriginalDoes()
    {
        Assert.Equal([("name", "length must be at most 20")], Documents.RefusedShop($$"""{"name":"{{new string('é', 11)}}"}""").Flatten());
        Assert.Equal(new string('é', 10), (string?)Documents.AcceptedShop($$"""{"name":"{{new string('é', 10)}}"}""")["name"]);
    }

    [Fact]
    public void Normalise_EmptyText_IsAValueOnlyWhereTheFieldSaysSo()
    {
        Assert.Equal("", (string?)Documents.AcceptedShop("""{"name":"Corner","remark":""}""")["remark"]);
        Assert.Equal([("password", "length must be at least 1")], Documents.RefusedShop("""{"name":"Corner","password":""}""").Flatten());
    }

    [Theory]
    [InlineData("1.0", "1")]
    [InlineData("3e0", "3")]
    [InlineData("9", "9")]
    public void Normalise_WholeNumber_IsWrittenWithoutFraction(string written, string stored) =>
        Assert.Equal(stored, Documents.AcceptedShop($$"""{"name":"Corner","floors":{{written}}}""")["floors"]!.ToJsonString());

    [Theory]
    [InlineData("4.5", "4.5")]
    [InlineData("4.0", "4")]
    public void Normalise_Number_KeepsItsFraction(string written, string stored) =>
        Assert.Equal(stored, Documents.AcceptedShop($$"""{"name":"Corner","rating":{{written}}}""")["rating"]!.ToJsonString());

    [Fact]
    public void Normalise_Set_LosesDuplicatesAndKeepsOrder_ArrayKeepsAll()
    {
        var shop = Documents.AcceptedShop("""{"name":"Corner","labels":["b","a","b"],"hours":[9,8,9]}""");

        Assert.Equal("""["b","a"]""", shop["labels"]!.ToJsonString());
        Assert.Equal("[9,8,9]", shop["hours"]!.ToJsonString());
    }

    /// <summary>Lua writes both an empty list and an empty map as <c>{}</c>.</summary>
    [Fact]
    public void Normalise_EmptyContainer_MayBeWrittenTheOtherWay()
    {
        var shop = Documents.AcceptedShop("""{"name":"Corner","hours":{},"prices":[]}""");

        Assert.Equal(("[]", "{}"), (shop["hours"]!.ToJsonString(), shop["prices"]!.ToJsonString()));
    }

    [Fact]
    public void Normalise_KeyOfAMap_IsHeldAgainstItsRule()
    {
        var error = Documents.RefusedShop("""{"name":"Corner","prices":{"green tea":2}}""");

        Assert.Equal([("prices", "bad header name 'green tea', allowed characters are letters, digits and !#$%&'*+-.^_`|~")], error.Flatten());
    }

    [Fact]
    public void Normalise_NestedRecords_AreCompletedEachByItself()
    {
        var shop = Documents.AcceptedShop("""{"name":"Corner","address":{"street":"Dam 1"},"billing":{},"doors":[{"width":80},{"width":90,"colour":"blue"}]}""");

        Assert.Equal(
            CanonicalJson.Of("""
                [{"street":"Dam 1","country_code":"nl"},{"street":null,"country_code":"nl"},
                 [{"width":80,"colour":"red","code":null},{"width":90,"colour":"blue","code":null}]]
                """),
            CanonicalJson.Of($"[{shop["address"]!.ToJsonString()},{shop["billing"]!.ToJsonString()},{shop["doors"]!.ToJsonString()}]"));
    }

    [Fact]
    public void Normalise_Null_IsTheDefaultWhereNullCannotBe()
    {
        var shop = Documents.AcceptedShop("""{"name":"Corner","kind":null,"floors":null,"address":null,"doors":null,"billing":null,"hours":null}""");

        Assert.Equal(("food", 1, "nl"), ((string?)shop["kind"], (int)shop["floors"]!, (string?)shop["address"]!["country_code"]));
        Assert.Empty(shop["doors"]!.AsArray());
        Assert.Null(shop["billing"]);
        Assert.Null(shop["hours"]);
    }

    [Fact]
    public void Normalise_ForeignKey_KeepsTheIdOrOneOtherField()
    {
        var byId = Documents.AcceptedShop("""{"name":"Corner","owner":{"id":"0198A7C0-1111-7000-8000-000000000001","name":"x"}}""");
        var byName = Documents.AcceptedShop("""{"name":"Corner","owner":{"name":"ada"}}""");

        Assert.Equal("""{"id":"0198a7c0-1111-7000-8000-000000000001"}""", byId["owner"]!.ToJsonString());
        Assert.Equal("""{"name":"ada"}""", byName["owner"]!.ToJsonString());
    }

    [Fact]
    public void Normalise_Reference_StandsForAValueOfAnyType_WhereTheFieldAllowsIt()
    {
        var shop = Documents.AcceptedShop("""{"name":"Corner","till_port":"{vault://env/port}","codes":{"ada":"{vault://env/ada}"}}""");

        Assert.Equal("{vault://env/port}", (string?)shop["till_port"]);
        Assert.Equal("{vault://env/ada}", (string?)shop["codes"]!["ada"]);
        Assert.Equal([("floors", "expected an integer")], Documents.RefusedShop("""{"name":"Corner","floors":"{vault://env/floors}"}""").Flatten());
        Assert.Equal([("till_port", "expected an integer")], Documents.RefusedShop("""{"name":"Corner","till_port":"Port {vault://env/port}"}""").Flatten());
    }

    [Fact]
    public void Normalise_Input_IsLeftAsItWas()
    {
        var input = Documents.Json("""{"name":"Corner","labels":["a","a"],"address":{"street":"Dam"}}""");
        var before = input.ToJsonString();

        Documents.Accepted(SchemaNormaliser.Normalise(Documents.Shop, input));

        Assert.Equal(before, input.ToJsonString());
    }

    [Fact]
    public void Normalise_ItsOwnResult_ChangesNothing()
    {
        var once = Documents.AcceptedShop("""{"name":"Corner","labels":["a"],"rating":4.5,"doors":[{"width":1.0}],"owner":{"name":"ada"},"extra":{"deep":[1,{}]}}""");
        once["updated_at"] = null;

        var twice = Documents.AcceptedShop(once.ToJsonString());

        Assert.Equal(CanonicalJson.Of(Documents.Steady(once)), CanonicalJson.Of(Documents.Steady(twice)));
        Assert.Equal((string?)once["till_key"], (string?)twice["till_key"]);
    }
}

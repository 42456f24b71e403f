using System.Text.Json.Nodes;
using Gateway.Shared.Schema;
using Gateway.Testing;

namespace Gateway.Shared.Tests.Schema;

public sealed class SecretPathsTests
{
    private static readonly FakePlugins Plugins = new();

    private static readonly JsonObject Stored = Documents.Json("""
        {
          "name": "Corner", "till_key": "k1", "password": "p1", "codes": {"ada": "c1", "bob": "{vault://env/bob}"},
          "doors": [{"width": 80, "code": "d1"}, {"width": 90, "code": "d2"}, {"width": 100, "code": null}]
        }
        """);

    [Fact]
    public void List_NamesEverySecretThatIsSet_ButNoReference() => Assert.Equal(
        ["doors.1.code", "doors.2.code", "till_key", "password", "codes.ada"],
        SecretPaths.List(Stored, Documents.Shop, Plugins));

    [Fact]
    public void Masked_HidesSecretsInACopy()
    {
        var before = Stored.ToJsonString();

        var masked = SecretPaths.Masked(Stored, Documents.Shop, Plugins);

        Assert.Equal(
            CanonicalJson.Of("""
                {"name":"Corner","till_key":"********","password":"********","codes":{"ada":"********","bob":"{vault://env/bob}"},
                 "doors":[{"width":80,"code":"********"},{"width":90,"code":"********"},{"width":100,"code":null}]}
                """),
            CanonicalJson.Of(masked));
        Assert.Equal(before, Stored.ToJsonString());
    }

    [Fact]
    public void Masked_PluginConfig_FollowsThePluginsSchema()
    {
        var plugin = Documents.Json("""{"name":"door-keeper","config":{"width":90,"code":"1234"}}""");

        Assert.Equal("""{"width":90,"code":"********"}""", SecretPaths.Masked(plugin, EntityKinds.Plugins.Schema, Plugins)["config"]!.ToJsonString());
    }

    /// <summary>A reference is only one where it would be resolved; elsewhere the text is the secret.</summary>
    [Fact]
    public void Masked_ReferenceWhereNoneIsAllowed_IsASecret() =>
        Assert.Equal(SecretPaths.Mask, (string?)SecretPaths.Masked(Documents.Json("""{"till_key":"{vault://env/key}"}"""), Documents.Shop, null)["till_key"]);

    [Fact]
    public void Replace_GivesPlaceAndSecret_AndTakesWhatComesBack()
    {
        var document = Stored.DeepClone().AsObject();

        SecretPaths.Replace(document, Documents.Shop, null, (path, secret) => $"{path}={secret}");

        Assert.Equal("codes.ada=c1", (string?)document["codes"]!["ada"]);
        Assert.Equal("doors.2.code=d2", (string?)document["doors"]![1]!["code"]);
    }

    public static TheoryData<string, string> Kept => new()
    {
        { """{"password":"********"}""", """{"password":"p1"}""" },
        { """{"password":"new"}""", """{"password":"new"}""" },
        { """{"password":null}""", """{"password":null}""" },
        { """{"codes":{"ada":"********","eve":"e"}}""", """{"codes":{"ada":"c1","eve":"e"}}""" },
        { """{"remark":"********"}""", """{"remark":"********"}""" },
        // Same elements in another order, and one removed: each keeps its own.
        {
            """{"doors":[{"width":90,"code":"********"},{"width":80,"code":"********"}]}""",
            """{"doors":[{"width":90,"code":"d2"},{"width":80,"code":"d1"}]}"""
        },
        // One was changed, the number is the same: the place tells.
        {
            """{"doors":[{"width":85,"code":"********"},{"width":90,"code":"********"},{"width":100,"code":"new"}]}""",
            """{"doors":[{"width":85,"code":"d1"},{"width":90,"code":"d2"},{"width":100,"code":"new"}]}"""
        },
        // One was put in front.
        {
            """{"doors":[{"width":10,"code":"x"},{"width":80,"code":"********"},{"width":90,"code":"********"},{"width":100,"code":null}]}""",
            """{"doors":[{"width":10,"code":"x"},{"width":80,"code":"d1"},{"width":90,"code":"d2"},{"width":100,"code":null}]}"""
        },
    };

    [Theory]
    [MemberData(nameof(Kept))]
    public void Unmask_Mask_KeepsTheStoredSecret(string written, string kept)
    {
        var document = Documents.Json(written);

        Assert.Null(SecretPaths.Unmask(document, Stored, Documents.Shop, Plugins));

        Assert.Equal(CanonicalJson.Of(kept), CanonicalJson.Of(document));
    }

    [Fact]
    public void Unmask_ElementsThatLookAlike_KeepTheirOrder()
    {
        var stored = Documents.Json("""{"doors":[{"width":1,"code":"a"},{"width":1,"code":"b"}]}""");
        var document = Documents.Json("""{"doors":[{"width":1,"code":"********"},{"width":1,"code":"********"}]}""");

        Assert.Null(SecretPaths.Unmask(document, stored, Documents.Shop, null));

        Assert.Equal("""[{"width":1,"code":"a"},{"width":1,"code":"b"}]""", document["doors"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"codes":{"eve":"********"}}""", "codes.eve")]
    [InlineData("""{"doors":[{"width":5,"code":"********"}]}""", "doors.1.code")]
    [InlineData("""{"doors":[{"width":1},{"width":2},{"width":100,"code":"********"}]}""", "doors.3.code")]
    public void Unmask_MaskWithNothingBehind_IsRefusedAtItsPlace(string written, string place)
    {
        var error = SecretPaths.Unmask(Documents.Json(written), Stored, Documents.Shop, Plugins);

        Assert.Equal([(place, "the masked value cannot be kept, because nothing is stored here; enter the secret again")], error!.Flatten());
    }

    [Fact]
    public void Unmask_NewDocument_RefusesEveryMask() =>
        Assert.Equal(2, SecretPaths.Unmask(Documents.Json("""{"till_key":"********","password":"********"}"""), null, Documents.Shop, null)!.Flatten().Count);
}

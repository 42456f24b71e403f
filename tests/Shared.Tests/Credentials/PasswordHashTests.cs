using System.Text.Json.Nodes;
using Gateway.Shared.Credentials;
using Gateway.Shared.Schema;

namespace Gateway.Shared.Tests.Credentials;

/// <summary>Stored passwords, and when a written one is hashed.</summary>
public sealed class PasswordHashTests
{
    // PBKDF2-HMAC-SHA256 of "password" with the salt "saltSALT" and 2 rounds, computed with Python.
    private const string Known = "$pbkdf2-sha256$i=2$c2FsdFNBTFQ$oPMOJehlnDaglYlJDWSmsS4MODxXrsGO2l6+o/E3rts";

    [Theory]
    [InlineData("word")]
    [InlineData("")]
    [InlineData("$ä:\n")]
    public void Create_Password_MatchesItAndNothingElse(string password)
    {
        var hash = PasswordHash.Parse(PasswordHash.Create(password).ToString());

        Assert.True(hash!.Matches(password));
        Assert.False(hash.Matches(password + " "));
        Assert.NotEqual(PasswordHash.Create(password).ToString(), hash.ToString());
    }

    [Fact]
    public void Parse_HashOfAnotherProgram_IsUnderstood()
    {
        var hash = PasswordHash.Parse(Known)!;

        Assert.Equal((true, false, Known), (hash.Matches("password"), hash.Matches("Password"), hash.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("word")]
    [InlineData("$pbkdf2-sha256$i=2$c2FsdFNBTFQ")]
    [InlineData("$pbkdf2-sha256$i=0$c2FsdFNBTFQ$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")]
    [InlineData("$pbkdf2-sha256$i=1000001$c2FsdFNBTFQ$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")]
    [InlineData("$pbkdf2-sha256$i=2$c2Fs$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")]
    [InlineData("$pbkdf2-sha256$i=2$c2FsdFNBTFQ$47DEQpj8")]
    [InlineData("$pbkdf2-sha256$i=2$c2FsdFNBTFQ$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU$")]
    [InlineData("$pbkdf2-sha512$i=2$c2FsdFNBTFQ$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")]
    public void Parse_NoHash_IsNull(string text) => Assert.Null(PasswordHash.Parse(text));

    [Fact]
    public void Hashed_Password_IsHashedOnce_AndKeepsItsHashWhenItIsTheSame()
    {
        var input = JsonNode.Parse("""{"username":"ada","password":"word"}""")!.AsObject();

        var first = Password(input, null);
        var again = Password(input, new JsonObject { ["password"] = first });
        var back = Password(new JsonObject { ["password"] = first }, null);
        var other = Password(new JsonObject { ["password"] = "other" }, new JsonObject { ["password"] = first });

        Assert.True(PasswordHash.Parse(first)!.Matches("word"));
        Assert.Equal((first, first), (again, back));
        Assert.True(PasswordHash.Parse(other)!.Matches("other"));
        Assert.Equal("word", input["password"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"username":"ada"}""")]
    [InlineData("""{"password":""}""")]
    [InlineData("""{"password":null}""")]
    [InlineData("""{"password":7}""")]
    [InlineData("""{"password":"********"}""")]
    public void Hashed_WhatIsNoPassword_StaysForTheRulesToJudge(string input) =>
        Assert.Equal(input, EntityKinds.BasicAuthCredentials.Hashed(JsonNode.Parse(input)!.AsObject(), null).ToJsonString());

    private static string Password(JsonObject input, JsonObject? stored) =>
        EntityKinds.BasicAuthCredentials.Hashed(input, stored)["password"]!.GetValue<string>();
}

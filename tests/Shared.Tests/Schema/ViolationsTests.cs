using Gateway.Shared.Schema;
using Gateway.Testing;

namespace Gateway.Shared.Tests.Schema;

/// <summary>How faults are worded: clients match on these texts.</summary>
public sealed class ViolationsTests
{
    [Fact]
    public void ToError_NothingWrong_IsNull() => Assert.Null(new Violations().ToError());

    [Fact]
    public void Message_OneFault_IsInParentheses() => Assert.Equal("schema violation (host: required field missing)", Error(("host", "required field missing")).Message);

    [Fact]
    public void Message_SeveralFaults_AreCountedAndSortedByName() => Assert.Equal(
        "3 schema violations (config.path: b; name: c; paths.2: a)",
        Error(("paths.2", "a"), ("name", "c"), ("config.path", "b")).Message);

    [Fact]
    public void Message_TextsAboutTheWhole_ComeFirst()
    {
        var violations = new Violations();
        violations.Add(SchemaPath.Root.Append("name"), "b");
        violations.AddEntity(SchemaPath.Root, "first");
        violations.AddEntity(SchemaPath.Root, "second");
        violations.AddEntity(SchemaPath.Root.Append("config"), "inner");

        var error = violations.ToError()!;

        Assert.Equal("4 schema violations (first; second; config: inner; name: b)", error.Message);
        Assert.Equal(CanonicalJson.Of("""{"@entity":["first","second"],"config":{"@entity":["inner"]},"name":"b"}"""), CanonicalJson.Of(error.Fields));
    }

    [Fact]
    public void Fields_AreNestedLikeTheDocument_WithNullAtFineElements()
    {
        var error = Error(("config.targets.2.model.name", "a"), ("paths.3", "b"), ("host", "c"));

        Assert.Equal(
            CanonicalJson.Of("""{"config":{"targets":[null,{"model":{"name":"a"}}]},"paths":[null,null,"b"],"host":"c"}"""),
            CanonicalJson.Of(error.Fields));
    }

    [Fact]
    public void Add_SecondTextAtAPlace_IsDropped() => Assert.Equal([("host", "first")], Error(("host", "first"), ("host", "second")).Flatten());

    [Fact]
    public void Has_SeesFaultsInsideAPlace()
    {
        var violations = new Violations();
        violations.Add(SchemaPath.Root.Append("config.targets.1.name"), "a");

        Assert.True(violations.Has(SchemaPath.Root));
        Assert.True(violations.Has(SchemaPath.Root.Append("config.targets")));
        Assert.False(violations.Has(SchemaPath.Root.Append("config.targets.2")));
        Assert.False(violations.Has(SchemaPath.Root.Append("name")));
    }

    [Fact]
    public void Flatten_GivesEachTextWithItsPlace_InTheOrderOfTheMessage()
    {
        var violations = new Violations();
        violations.AddEntity(SchemaPath.Root, "whole");
        violations.Add(SchemaPath.Root.Append("b.2"), "two");
        violations.Add(SchemaPath.Root.Append("a"), "one");

        Assert.Equal([("", "whole"), ("a", "one"), ("b.2", "two")], violations.ToError()!.Flatten());
    }

    [Fact]
    public void Hints_FollowTheParentheses()
    {
        var violations = new Violations();
        violations.Add(SchemaPath.Root.Append("pth"), "unknown field");
        violations.AddHint(SchemaPath.Root.Append("pth"), "path");
        var one = violations.ToError()!;
        violations.Add(SchemaPath.Root.Append("name"), "not enabled");
        violations.AddUnknownValue(SchemaPath.Root.Append("name"), "file-lock", "file-log");
        var two = violations.ToError()!;

        Assert.Equal("schema violation (pth: unknown field); did you mean 'path' instead of 'pth'?", one.Message);
        Assert.Equal(
            "2 schema violations (name: not enabled; pth: unknown field); did you mean 'path' instead of 'pth', 'file-log' instead of 'file-lock'?",
            two.Message);
        Assert.Equal(CanonicalJson.Of("""{"pth":"did you mean 'path'?","name":"did you mean 'file-log'?"}"""), CanonicalJson.Of(two.Hints));
    }

    [Fact]
    public void ToBody_IsTheAdminApisErrorTwo()
    {
        var error = SchemaViolationError.At("hosts.1", "invalid value: a b");

        Assert.Equal(
            CanonicalJson.Of("""
                {"code":2,"name":"schema violation","message":"schema violation (hosts.1: invalid value: a b)","fields":{"hosts":["invalid value: a b"]}}
                """),
            CanonicalJson.Of(error.ToBody()));
    }

    [Fact]
    public void Normalise_Misspelt_ProposesTheNameAtItsPlace()
    {
        var error = Documents.RefusedShop("""{"name":"Corner","flors":2,"doors":[{"width":1,"color":"red"}],"zzzz":1}""");

        Assert.Equal(
            CanonicalJson.Of("""{"flors":"did you mean 'floors'?","doors.1.color":"did you mean 'colour'?"}"""),
            CanonicalJson.Of(error.Hints));
        Assert.Equal([("doors.1.color", "unknown field"), ("flors", "unknown field"), ("zzzz", "unknown field")], error.Flatten());
    }

    [Fact]
    public void Normalise_PathPrefix_StandsBeforeEveryPlace()
    {
        var result = SchemaNormaliser.Normalise(
            RecordSchema.For<DoorConfig>(), Documents.Json("""{"colour":1}"""), new NormaliseOptions { PathPrefix = "config.doors.2" });

        Assert.Equal([("config.doors.2.colour", "expected a string"), ("config.doors.2.width", "required field missing")], Documents.Refused(result).Flatten());
    }

    private static SchemaViolationError Error(params (string Path, string Text)[] faults)
    {
        var violations = new Violations();
        foreach (var (path, text) in faults)
        {
            violations.Add(SchemaPath.Root.Append(path), text);
        }

        return violations.ToError()!;
    }
}

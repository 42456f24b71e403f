using Gateway.Core.Llm.Providers;

namespace Gateway.Core.Tests.Llm.Providers;

public sealed class ModelRulesTests
{
    // Targets are written as "name@alias", "-" for none.
    [Theory]
    [InlineData("gpt@-", null, "1")]
    [InlineData("gpt@-", "gpt", "1")]
    [InlineData("-@-", "any", "1")]
    [InlineData("gpt@fast", "fast", "1")]
    [InlineData("gpt@fast", "gpt", "1")]
    [InlineData("a@- b@-", "b", "01")]
    [InlineData("a@- b@- a@-", "a", "101")]
    [InlineData("a@- b@-", null, "11")]
    [InlineData("a@fast b@fast c@slow", "fast", "110")]
    [InlineData("a@fast b@- -@-", "b", "010")]
    [InlineData("a@fast b@- -@-", "zzz", "001")]
    [InlineData("a@fast b@- -@-", null, "110")]
    public void Select_Matching_MarksTheTargets(string targets, string? requested, string expected) =>
        Assert.Equal((null, expected), Select(targets, requested, UnknownModelPolicy.Reject));

    [Theory]
    [InlineData("gpt@-", "other", "cannot use own model - must be: gpt")]
    [InlineData("a@- b@-", "other", "cannot use own model - must be: a, b")]
    [InlineData("a@fast b@-", "other", "cannot use own model - must be: fast, b")]
    [InlineData("-@-", null, "model parameter not found in request, nor in gateway configuration")]
    public void Select_NoMatch_IsRefusedUnderReject(string targets, string? requested, string expected) =>
        Assert.Equal(expected, Select(targets, requested, UnknownModelPolicy.Reject).Error);

    [Theory]
    [InlineData("gpt@-", "other", "1")]
    [InlineData("a@- b@-", "other", "11")]
    [InlineData("a@fast b@slow", "other", "11")]
    public void Select_NoMatch_UsesTheConfiguredModelUnderOverride(string targets, string requested, string expected) =>
        Assert.Equal((null, expected), Select(targets, requested, UnknownModelPolicy.Override));

    [Fact]
    public void Select_NoModelNeeded_TakesAllTargets()
    {
        var candidates = new bool[2];

        Assert.Null(ModelRules.Select([new(null, null), new("a", null)], null, needsModel: false, UnknownModelPolicy.Reject, candidates));
        Assert.Equal([true, true], candidates);
    }

    private static (string? Error, string Marks) Select(string targets, string? requested, UnknownModelPolicy policy)
    {
        var models = targets.Split(' ').Select(t => t.Split('@')).Select(p => new ModelRules.TargetModel(None(p[0]), None(p[1]))).ToArray();
        var candidates = new bool[models.Length];
        var error = ModelRules.Select(models, requested, needsModel: true, policy, candidates);
        return (error, string.Concat(candidates.Select(c => c ? '1' : '0')));

        static string? None(string text) => text == "-" ? null : text;
    }
}

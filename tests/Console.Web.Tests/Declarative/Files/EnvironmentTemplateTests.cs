using ConsoleWeb.Declarative;
using ConsoleWeb.Declarative.Files;

namespace ConsoleWeb.Tests.Declarative.Files;

public sealed class EnvironmentTemplateTests
{
    private static readonly EnvironmentTemplate Template = new(new Dictionary<string, string>
    {
        ["DECK_KEY"] = "sk-1",
        ["DECK_EMPTY"] = "",
        ["DECK_PORT"] = "8443",
        ["DECK_ON"] = "T",
        ["DECK_RATE"] = "0.5",
        ["DECK_PEM"] = "one\ntwo\nthree",
        ["HOME"] = "/home/x",
    });

    [Theory]
    [InlineData("""key: Bearer ${{ env "DECK_KEY" }}""", "key: Bearer sk-1")]
    [InlineData("""key: "${{env "DECK_KEY"}}" """, "key: \"sk-1\" ")]
    [InlineData("""key: ${{ env `DECK_KEY` }}""", "key: sk-1")]
    [InlineData("""key: "${{ env "DECK_EMPTY" }}" """, "key: \"\" ")]
    [InlineData("""port: ${{ env "DECK_PORT" | toInt }}""", "port: 8443")]
    [InlineData("""on: ${{ env "DECK_ON"|toBool }}""", "on: true")]
    [InlineData("""rate: ${{ env "DECK_RATE" | toFloat }}""", "rate: 0.5")]
    [InlineData("""a: ${{ env "DECK_KEY" }}-${{ env "DECK_PORT" }}""", "a: sk-1-8443")]
    [InlineData("  # ${{ env \"DECK_UNSET\" }}\na: 1\n", "  # ${{ env \"DECK_UNSET\" }}\na: 1\n")]
    [InlineData("pem: |\n  ${{ env \"DECK_PEM\" | indent 2 }}\nb: 1", "pem: |\n  one\n  two\n  three\nb: 1")]
    public void Render_KnownExpression_InsertsValue(string text, string expected)
        => Assert.Equal(expected, Template.Render(text, "STDIN"));

    [Theory]
    [InlineData(
        """env "DECK_UNSET" """,
        "executing \"state\" at <env \"DECK_UNSET\">: error calling env: environment variable 'DECK_UNSET' present in state file but not set")]
    [InlineData(
        """env "HOME" """,
        "executing \"state\" at <env \"HOME\">: error calling env: environment variables in the state file must be prefixed with 'DECK_', found: 'HOME'")]
    [InlineData("""env "DECK_KEY" | toInt""", "error calling toInt: the value of the variable is not an integer")]
    [InlineData("""env "DECK_KEY" | toBool""", "error calling toBool")]
    [InlineData("""env "DECK_KEY" | toFloat""", "error calling toFloat")]
    [InlineData("""env "DECK_KEY" | upper""", "function not defined")]
    [InlineData("exec \"rm\"", "function not defined")]
    public void Render_BadExpression_NamesFileLineColumnAndField(string expression, string reason)
    {
        var text = $"a: 1\nheader_value: ${{{{ {expression} }}}}\n";

        var failure = Assert.Throws<StateFailureException>(() => Template.Render(text, "kong.yaml"));

        Assert.StartsWith("reading file kong.yaml: parsing file: template: state:2:15: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("(field 'header_value')", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_SeveralUnsetVariables_NamesThemAll()
    {
        var failure = Assert.Throws<StateFailureException>(
            () => Template.Render("a: ${{ env \"DECK_A\" }}\nb: ${{ env \"DECK_B\" }}", "STDIN"));

        Assert.Contains("2 errors occurred:\n\t", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'DECK_A'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'DECK_B'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_FailedConversion_DoesNotRepeatTheValue()
    {
        var failure = Assert.Throws<StateFailureException>(() => Template.Render("a: ${{ env \"DECK_KEY\" | toInt }}", "STDIN"));

        Assert.DoesNotContain("sk-1", failure.Message, StringComparison.Ordinal);
    }
}

using ConsoleWeb.Components.Pages.Sessions;
using ConsoleWeb.Data.Logs.Filters;
using Microsoft.AspNetCore.WebUtilities;

namespace ConsoleWeb.Tests.Components.Sessions;

/// <summary>The list of sessions as its address says it.</summary>
public sealed class SessionsViewTests
{
    [Theory]
    [InlineData("/sessions")]
    [InlineData("/sessions?q=agent%3Acodex%20%22two%20words%22&range=30d&state=active")]
    [InlineData("/sessions?from=2026-01-31T10%3A00%3A00.000Z&to=2026-01-31T11%3A00%3A00.250Z")]
    [InlineData("/sessions?range=all&before=1887436800000000000")]
    public void Parse_ItsOwnAddress_IsTheSameView(string address) => Assert.Equal(address, Parse(address).ToAddress());

    [Theory]
    [InlineData("/sessions?range=2y&state=odd&before=-7")]
    [InlineData("/sessions?from=tomorrow&to=2026-01-31T11:00:00Z")]
    [InlineData("/sessions?from=2026-01-31T11:00:00Z&to=2026-01-31T10:00:00Z")]
    public void Parse_WhatCannotBeRead_IsAsUsual(string address) => Assert.Equal("/sessions", Parse(address).ToAddress());

    [Theory]
    [InlineData("agent:codex words", "claude-code", "words agent:claude-code")]
    [InlineData("Agent:(a,b) -agent:c words", "", "words -agent:c")]
    [InlineData("", "two words", "agent:\"two words\"")]
    public void With_Value_TakesThePlaceOfTheOtherOnes(string before, string value, string after)
    {
        var view = new SessionsView { Query = before, Before = 5 }.With(LogFields.Agent, value);

        Assert.Equal((string.Join(' ', after.Split(' ').Order()), null), (string.Join(' ', view.Query.Split(' ').Order()), view.Before));
        Assert.Equal(value, view.ValueOf(LogFields.Agent));
    }

    [Fact]
    public void WithErrors_OnAndOff_AddsAndTakesTheTerm()
    {
        var view = new SessionsView { Query = "model:gpt-5" };

        Assert.Equal(("model:gpt-5 has:error", true), (view.WithErrors(true).Query, view.WithErrors(true).HasErrorsOnly));
        Assert.Equal(view, view.WithErrors(true).WithErrors(true).WithErrors(false));
    }

    private static SessionsView Parse(string address)
    {
        var query = QueryHelpers.ParseQuery(new Uri(new Uri("http://localhost"), address).Query);
        return SessionsView.Parse(key => query.TryGetValue(key, out var values) ? values.ToString() : null);
    }
}

using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.ServiceDefaults.Runs;
using KoopmanMesh.ServiceDefaults.Tests.Support;

namespace KoopmanMesh.ServiceDefaults.Tests.Runs;

public sealed class RunCancellationsTests
{
    [Fact]
    public async Task Cancel_ARun_CancelsItsTokensLinkedOnesIncludedAndNoOther()
    {
        using var runs = new RunCancellations();
        var token = runs.Token("r-1");
        using var linked = runs.Link("r-1", TestContext.Current.CancellationToken);
        using var other = runs.Link("r-2", TestContext.Current.CancellationToken);

        await runs.CancelAsync("r-1");

        Assert.True(token.IsCancellationRequested);
        Assert.True(linked.IsCancellationRequested);
        Assert.False(other.IsCancellationRequested);
    }

    [Fact]
    public async Task Token_AskedForAfterTheCancellation_IsCancelled()
    {
        using var runs = new RunCancellations();

        await runs.CancelAsync("r-1");
        runs.Release("r-1");

        Assert.True(runs.Token("r-1").IsCancellationRequested);
    }

    [Fact]
    public async Task Run_ThatEnded_IsForgottenWhenManyHaveEndedAfterIt()
    {
        using var runs = new RunCancellations();
        await runs.CancelAsync("r-1");
        await runs.CancelAsync("r-2");
        await runs.CancelAsync("r-2");

        for (var i = 1; i < RunCancellations.EndedKept; i++)
        {
            var runId = $"r-later-{i}";
            runs.Release(runId);
            runs.Link(runId, TestContext.Current.CancellationToken).Dispose();
        }

        Assert.False(runs.IsCancelled("r-1"));
        Assert.True(runs.IsCancelled("r-2"));
    }

    [Fact]
    public void Link_WhenTheCallersTokenIsCancelled_IsCancelledAndTheRunIsNot()
    {
        using var runs = new RunCancellations();
        using var caller = new CancellationTokenSource();
        using var linked = runs.Link("r-1", caller.Token);

        caller.Cancel();

        Assert.True(linked.IsCancellationRequested);
        Assert.False(runs.IsCancelled("r-1"));
    }

    [Fact]
    public void New_RunIds_AreValidDistinctAndSortByTime()
    {
        var time = new ManualTimeProvider();
        var ids = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            ids.Add(RunIds.New(time));
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.All(ids, id => Assert.Equal(id, RunIds.Require(id)));
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-r")]
    [InlineData("R-1")]
    [InlineData("a/b")]
    [InlineData("r-1\n")]
    public void Require_AMalformedRunId_NamesTheField(string? runId)
    {
        var e = Assert.Throws<InvalidRequestException>(() => RunIds.Require(runId));

        Assert.Equal("run_id", e.Field);
    }
}

// Which way a page's media take.

/** The pairs of candidates that carry the media of this page's open connections, oldest first. */
export function pairs(person) {
  return person.page.evaluate(async () => {
    const found = [];
    for (const peer of window.orderlinePeers.filter((peer) => peer.connectionState === 'connected')) {
      const stats = await peer.getStats();
      // Several pairs may have been nominated on the way; the transport names the one that carries the media.
      for (const transport of stats.values()) {
        const pair = transport.type === 'transport' && stats.get(transport.selectedCandidatePairId);
        if (!pair) continue;
        const [from, to] = [stats.get(pair.localCandidateId), stats.get(pair.remoteCandidateId)];
        const told = [...stats.values()].filter(({ type }) => type === 'remote-candidate').map((it) => it.candidateType);
        found.push({
          from: from.port,
          to: to.port,
          types: [from.candidateType, to.candidateType],
          by: from.relayProtocol ?? from.protocol,
          bytes: pair.bytesSent,
          told: [...new Set(told)],
        });
      }
    }
    return found;
  });
}

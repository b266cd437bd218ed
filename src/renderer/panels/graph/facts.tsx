/** Names and values in two columns; what is not known yet is a dash. */
export type Fact = readonly [name: string, value: string | undefined]

export function Facts({ of, title }: { readonly of: readonly Fact[]; readonly title?: string }) {
  return (
    <>
      {title && <h4 className="section-head">{title}</h4>}
      <dl className="graph-facts">
        {of.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value || '–'}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

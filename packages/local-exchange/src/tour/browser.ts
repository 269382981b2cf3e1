import * as cheerio from 'cheerio';
import { CookieJar } from 'tough-cookie';
import { ApiError, type Answer, type HttpApi } from '../api/http.js';

const MAX_REDIRECTS = 10;

export interface Form {
  /** Absolute. */
  readonly action: string;
  readonly method: 'GET' | 'POST';
  readonly fields: Readonly<Record<string, string>>;
}

export class Page {
  constructor(
    readonly url: string,
    readonly html: string,
  ) {}

  /** The first form that has a field of this name, with the values the page gave its fields. */
  form(withField: string): Form | undefined {
    const $ = cheerio.load(this.html);
    const form = $('form')
      .filter((_, element) => $(element).find(`[name="${withField}"]`).length > 0)
      .first();
    if (form.length === 0) return undefined;
    const fields: Record<string, string> = {};
    form.find('input[name]').each((_, input) => {
      const name = $(input).attr('name');
      if (name !== undefined) fields[name] = $(input).attr('value') ?? '';
    });
    const method = form.attr('method')?.toUpperCase() === 'POST' ? 'POST' : 'GET';
    return { action: new URL(form.attr('action') ?? '', this.url).href, method, fields };
  }

  get title(): string {
    return cheerio.load(this.html)('title').text().trim();
  }
}

/** As much of a browser as a login needs: cookies, redirects and forms. It runs no scripts; their forms are submitted here. */
export class Browser {
  private readonly cookies = new CookieJar();

  constructor(private readonly http: HttpApi) {}

  open(url: string): Promise<Page> {
    return this.follow('GET', url);
  }

  submit(form: Form, values: Readonly<Record<string, string>> = {}): Promise<Page> {
    const encoded = new URLSearchParams({ ...form.fields, ...values }).toString();
    if (form.method === 'POST') return this.follow('POST', form.action, encoded);
    return this.follow('GET', `${form.action.split('?')[0] ?? ''}?${encoded}`);
  }

  private async follow(method: 'GET' | 'POST', url: string, body?: string): Promise<Page> {
    let answer = await this.request(method, url, body);
    let at = url;
    for (let hops = 0; answer.status >= 300 && answer.headers['location'] !== undefined; hops += 1) {
      if (hops === MAX_REDIRECTS) throw new Error(`Too many redirects from ${url}.`);
      at = new URL(answer.headers['location'], at).href;
      answer = await this.request('GET', at);
    }
    return new Page(at, answer.body.toString('utf8'));
  }

  private async request(method: 'GET' | 'POST', url: string, body?: string): Promise<Answer> {
    const cookie = await this.cookies.getCookieString(url);
    const headers: Record<string, string> = { accept: 'text/html,application/xhtml+xml' };
    if (cookie !== '') headers['cookie'] = cookie;
    if (body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
    try {
      const answer = await this.http.call({ method, url, headers, body });
      for (const line of answer.cookies) await this.cookies.setCookie(line, url, { ignoreError: true });
      return answer;
    } catch (error) {
      // What a login page says about a refusal is HTML; its title is the part a person reads.
      if (error instanceof ApiError) throw new Error(error.message.slice(0, 300), { cause: error });
      throw error;
    }
  }
}
